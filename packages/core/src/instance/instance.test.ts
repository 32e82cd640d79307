import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../errors/problem.ts';
import { baseIssue } from '../ports/port.ts';
import { findPack } from '../product/catalogue.ts';
import { resolveIdentity } from './identity.ts';
import { type Instance, type InstanceInput, resolveInstance } from './instance.ts';

interface Given extends Partial<Pick<InstanceInput, 'config' | 'lease' | 'runningPort'>> {
  product?: string;
  profile?: string;
  port?: string;
  env?: Record<string, string>;
  machine?: { paths: typeof path.posix; home: string; cwd: string };
}

const POSIX = { paths: path.posix, home: '/home/ana', cwd: '/work' };
const WIN32 = { paths: path.win32, home: 'C:\\Users\\Ana', cwd: 'C:\\work' };

function instance({ product = 'zero', profile, port, env = {}, config, lease, runningPort, machine = POSIX }: Given): Instance {
  const pack = findPack(product);
  const identity = resolveIdentity({ pack, flags: { profile }, env, ...machine, known: [] });
  return resolveInstance({ pack, identity, flags: { port }, config, lease, runningPort, program: undefined, ...machine });
}

const lease = { port: 21789, cdp: { main: 21800 } };

describe('the base port', () => {
  const all: Given = {
    port: '20789',
    env: { ZERO_GATEWAY_PORT: '22789' },
    runningPort: 23789,
    config: { gateway: { port: 24789 } },
    lease,
  };

  it('is taken from the strongest source, and the others are kept in order', () => {
    expect(instance(all).port).toEqual({
      value: 20789,
      origin: 'flag',
      source: '--port',
      overridden: [
        { value: 22789, origin: 'env', source: 'ZERO_GATEWAY_PORT' },
        { value: 23789, origin: 'running', source: 'gateway lock' },
        { value: 24789, origin: 'config', source: 'gateway.port' },
        { value: 21789, origin: 'ledger', source: 'lease' },
        { value: 18789, origin: 'product', source: 'zero' },
      ],
    });
  });

  it.each([
    [{ ...all, port: undefined }, 22789, 'env'],
    [{ ...all, port: undefined, env: {} }, 23789, 'running'],
    [{ ...all, port: undefined, env: {}, runningPort: undefined }, 24789, 'config'],
    [{ lease }, 21789, 'ledger'],
    [{}, 18789, 'product'],
    [{ profile: 'main' }, 18789, 'product'],
    [{ profile: 'dev' }, 19001, 'product'],
    [{ profile: 'DEV' }, 19001, 'product'],
    [{ profile: 'dev', lease }, 21789, 'ledger'],
  ] as [Given, number, string][])('of %j is %i from the %s', (given, value, origin) => {
    expect(instance(given).port).toMatchObject({ value, origin });
  });

  it.each([
    ...['24789', 24789.5, 0, 65536, null, {}].map((port) => ({ gateway: { port } })),
    ...[{}, { gateway: 3 }, [], 'x', null, undefined],
  ])('is not taken from the config %j', (config) => {
    expect(instance({ config, lease }).port.origin).toBe('ledger');
  });

  it.each([
    [{ port: '65426' }, 'PORT_OUT_OF_RANGE'],
    [{ env: { ZERO_GATEWAY_PORT: '65500' } }, 'PORT_OUT_OF_RANGE'],
    [{ port: '1.5' }, 'PORT_INVALID'],
    // A weaker source that cannot be used is refused too: it would count as soon as the flag is left out.
    [{ port: '20789', env: { ZERO_GATEWAY_PORT: 'x' } }, 'PORT_INVALID'],
  ] as [Given, 'PORT_INVALID' | 'PORT_OUT_OF_RANGE'][])('of %j is refused: %s', (given, code) => {
    try {
      instance(given);
      expect.unreachable();
    } catch (error) {
      expect(isProblem(error, code)).toBe(true);
    }
  });
});

it('keeps a base port of the config that is too high, and never clamps it: a command that only looks must be able to say so', () => {
  const { port, footprint, pack } = instance({ config: { gateway: { port: 65_500 } }, lease });
  expect(port).toMatchObject({ value: 65_500, origin: 'config', overridden: [{ value: 21_789 }, { value: 18_789 }] });
  expect(footprint).toMatchObject({ browserControl: 65_502, cdp: { first: 65_511, last: 65_610 } });
  expect(baseIssue(pack, port.value)).toEqual({
    path: 'gateway.port',
    message: '65500 is too high for a base port: the ports derived from it reach 65610 (at most 65425)',
  });
  expect(baseIssue(pack, 65_425)).toBeUndefined();
});

describe('the derived ports', () => {
  it.each([
    ['zero', 18791, 18793],
    ['moltbot', 18791, 18793],
    ['clawdbot', 18791, 18793],
    ['openclaw', 18791, null],
    ['ws-agent', 18791, null],
  ])('of %s are %i for browser control and %s for the canvas', (product, browserControl, canvas) => {
    expect(instance({ product }).footprint).toMatchObject({
      gateway: 18789,
      browserControl,
      canvas,
      cdp: { first: 18800, last: 18899, leased: {} },
    });
  });

  it('of profile dev are those of the documents', () => {
    expect(instance({ profile: 'dev' }).footprint).toMatchObject({ gateway: 19001, browserControl: 19003, canvas: 19005 });
  });

  it.each([
    ['http://127.0.0.1:9222', 9222],
    ['http://127.8.9.1:9222/x', 9222],
    ['http://localhost:9222', 9222],
    ['http://localhost', 80],
    ['https://[::1]', 443],
    ['http://0.0.0.0:9222', 9222],
    ['http://10.0.0.7:9222', null],
    ['http://localhost.example.org:9222', null],
    ['http://127.example.org:9222', null],
    ['not a url', null],
  ])('of a browser control at %s is %s', (controlUrl, expected) => {
    const configured = instance({ config: { browser: { controlUrl } } });
    expect(configured.browserControlPort).toMatchObject({ value: expected, origin: 'config' });
    expect(configured.footprint.browserControl).toBe(expected);
    const env = { ZERO_BROWSER_CONTROL_URL: controlUrl };
    expect(instance({ env, config: { browser: { controlUrl: 'http://127.0.0.1:1' } } }).browserControlPort).toMatchObject({
      value: expected,
      origin: 'env',
    });
  });

  it.each([
    [{ config: { canvasHost: { port: 30000 } } }, 30000, 'config'],
    [{ config: { canvasHost: { port: 30000 } }, env: { ZERO_CANVAS_HOST_PORT: '30001' } }, 30001, 'env'],
    [{ config: { canvasHost: { enabled: false, port: 30000 } } }, null, 'config'],
    [{ config: { canvasHost: { enabled: true } } }, 18793, 'product'],
    [{ env: { ZERO_SKIP_CANVAS_HOST: '1', ZERO_CANVAS_HOST_PORT: '30001' } }, null, 'env'],
    [{ env: { ZERO_SKIP_CANVAS_HOST: '0' } }, 18793, 'product'],
    [{ product: 'openclaw', config: { canvasHost: { port: 30000 } } }, null, 'product'],
    [{ product: 'openclaw', env: { OPENCLAW_CANVAS_HOST_PORT: '30001' } }, null, 'product'],
  ] as [Given, number | null, string][])('of the canvas of %j is %s from the %s', (given, value, origin) => {
    const { canvasPort, footprint } = instance(given);
    expect(canvasPort).toMatchObject({ value, origin });
    expect(footprint.canvas).toBe(value);
  });

  it('of browser profiles are those that the config pins, over those that were leased', () => {
    const config = {
      browser: { profiles: { main: { cdpPort: 30800 }, work: { cdpPort: 30801 }, far: { cdpUrl: 'x' }, bad: 7 } },
    };
    expect(instance({ config, lease: { port: 21789, cdp: { main: 21800, old: 21801 } } }).footprint.cdp.leased).toEqual({
      main: 30800,
      old: 21801,
      work: 30801,
    });
  });
});

describe('the workspace', () => {
  it.each([
    ['zero', undefined, '/home/ana/zero'],
    ['zero', 'main', '/home/ana/zero-main'],
    ['moltbot', 'main', '/home/ana/clawd-main'],
    ['clawdbot', undefined, '/home/ana/clawd'],
    ['openclaw', undefined, '/home/ana/.openclaw/workspace'],
    ['openclaw', 'main', '/home/ana/.openclaw/workspace-main'],
    ['ws-agent', 'main', '/home/ana/.ws-agent/workspace-main'],
  ])('of %s, profile %s, is %s', (product, profile, expected) => {
    const { workspace } = instance({ product, ...(profile === undefined ? {} : { profile }) });
    expect(workspace).toMatchObject({ value: expected, origin: profile === undefined ? 'product' : 'flag' });
  });

  it('is what the config says, from its home or working directory', () => {
    const of = (workspace: unknown) => instance({ config: { agents: { defaults: { workspace } } } }).workspace;
    expect(of('~/w')).toMatchObject({ value: '/home/ana/w', origin: 'config' });
    expect(of('w').value).toBe('/work/w');
    expect(of('  ').origin).toBe('product');
    expect(of(7).origin).toBe('product');
  });

  it('has backslashes on Windows', () => {
    const { workspace, stateDir } = instance({ product: 'openclaw', profile: 'main', machine: WIN32 as Given['machine'] & {} });
    expect([workspace.value, stateDir.value]).toEqual([
      'C:\\Users\\Ana\\.openclaw\\workspace-main',
      'C:\\Users\\Ana\\.openclaw-main',
    ]);
  });
});

describe('an instance', () => {
  it('is named by product and profile', () => {
    expect(instance({}).id).toBe('zero/default');
    expect(instance({ product: 'ws-agent', profile: 'Main' }).id).toBe('ws-agent/Main');
  });

  it('does not take the port that was inherited from another profile', () => {
    const env = { ZERO_PROFILE: 'rescue', ZERO_GATEWAY_PORT: '19789' };
    expect(instance({ profile: 'main', env }).port).toMatchObject({ value: 18789, origin: 'product' });
  });
});
