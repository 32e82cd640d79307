import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveIdentity } from '../instance/identity.ts';
import { type Instance, type Program, resolveInstance } from '../instance/instance.ts';
import { findPack } from '../product/catalogue.ts';
import { defineService, type Launch } from './definition.ts';

const launch: Launch = {
  node: '/usr/bin/node',
  entry: '/opt/polygate/polygate.mjs',
  version: '0.1.0',
  polygateHome: undefined,
  platform: 'linux',
  home: '/home/ana',
};

function instance(product: string, profile?: string, more: { program?: Program; env?: Record<string, string> } = {}): Instance {
  const machine = { paths: path.posix, home: '/home/ana', cwd: '/' };
  const pack = findPack(product);
  const identity = resolveIdentity({ pack, flags: { profile }, env: more.env ?? {}, known: [], ...machine });
  const lease = { port: 19789, cdp: {} };
  return resolveInstance({ pack, identity, flags: {}, config: undefined, lease, program: more.program, ...machine });
}

describe('the definition of a service', () => {
  it('runs the reference gateway for exactly one product, profile and port', () => {
    expect(defineService(instance('zero', 'rescue'), launch, undefined)).toEqual({
      description: 'ZERO Gateway (profile: rescue, v0.1.0)',
      argv: [
        ...['/usr/bin/node', '/opt/polygate/polygate.mjs', '--product', 'zero', '--profile', 'rescue'],
        ...['gateway', 'run', '--port', '19789'],
      ],
      workingDirectory: '/home/ana/.zero-rescue',
      environment: {
        HOME: '/home/ana',
        PATH: '/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin',
        ZERO_PROFILE: 'rescue',
        ZERO_STATE_DIR: '/home/ana/.zero-rescue',
        ZERO_CONFIG_PATH: '/home/ana/.zero-rescue/zero.json',
        ZERO_GATEWAY_PORT: '19789',
        ZERO_SERVICE_MARKER: 'zero',
        ZERO_SERVICE_KIND: 'gateway',
        ZERO_SERVICE_VERSION: '0.1.0',
      },
      environmentFile: undefined,
      account: undefined,
      notifies: true,
    });
  });

  it('names the default profile too, so that nothing it inherits can select another one', () => {
    const { argv, environment, description } = defineService(instance('openclaw'), launch, undefined);
    expect(argv).toContain('default');
    expect(environment['OPENCLAW_PROFILE']).toBe('default');
    expect(description).toBe('OpenClaw Gateway (v0.1.0)');
  });

  it('says each setting under every name that it goes by', () => {
    const { environment } = defineService(instance('moltbot', 'rescue'), launch, undefined);
    expect(Object.keys(environment).filter((name) => /BOT/.test(name))).toEqual([
      'CLAWDBOT_PROFILE',
      'MOLTBOT_STATE_DIR',
      'CLAWDBOT_STATE_DIR',
      'MOLTBOT_CONFIG_PATH',
      'CLAWDBOT_CONFIG_PATH',
      'CLAWDBOT_GATEWAY_PORT',
      'CLAWDBOT_SERVICE_MARKER',
      'CLAWDBOT_SERVICE_KIND',
      'CLAWDBOT_SERVICE_VERSION',
    ]);
  });

  it('runs any program behind the guard, which speaks to the manager for it', () => {
    const program = { command: ['/usr/bin/openclaw', 'gateway', 'run'] };
    const guarded = defineService(instance('openclaw', 'a', { program }), { ...launch, guard: true }, undefined);
    expect(guarded.argv).toEqual([
      ...['/usr/bin/node', '/opt/polygate/polygate.mjs', '--product', 'openclaw', '--profile', 'a'],
      ...['gateway', 'guard', '--port', '19789'],
    ]);
    expect(guarded.notifies).toBe(true);
  });

  it('runs an external program as it is, with the port', () => {
    const program = { command: ['/usr/bin/openclaw', 'gateway', 'run'] };
    expect(defineService(instance('openclaw', 'a', { program }), launch, undefined).argv).toEqual([
      ...program.command,
      '--port',
      '19789',
    ]);
  });

  it('hands POLYGATE_HOME on, and the path of the file with the secrets', () => {
    const made = defineService(instance('zero'), { ...launch, polygateHome: '/data' }, '/home/ana/.zero/gateway.env');
    expect(made.environment['POLYGATE_HOME']).toBe('/data');
    expect(made.environmentFile).toBe('/home/ana/.zero/gateway.env');
  });

  it('takes nothing else from the environment of whoever installs it, least of all a secret', () => {
    const env = { ZERO_GATEWAY_TOKEN: 'canary-1', ZERO_GATEWAY_PASSWORD: 'canary-2', NODE_OPTIONS: '--inspect', PATH: '/evil' };
    const made = defineService(instance('zero', 'rescue', { env }), launch, undefined);
    expect(JSON.stringify(made)).not.toMatch(/canary|inspect|evil/);
  });

  it('puts the directory of its node first on PATH, once', () => {
    const pathOf = (node: string) => defineService(instance('zero'), { ...launch, node }, undefined).environment['PATH'];
    expect(pathOf('/opt/node/bin/node')).toMatch(/^\/opt\/node\/bin:\/usr\/local\/sbin:/);
    expect(pathOf('/usr/local/bin/node')).toBe('/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin');
    expect(pathOf('/node')).toMatch(/^\/:/);
  });
});
