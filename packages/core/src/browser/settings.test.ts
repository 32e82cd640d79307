import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveIdentity } from '../instance/identity.ts';
import { type Instance, resolveInstance } from '../instance/instance.ts';
import { findPack } from '../product/catalogue.ts';
import { browserCandidates } from './candidates.ts';
import { browserProfileNames, browserSettings } from './settings.ts';

function instance(config: unknown, product = 'zero', env: Record<string, string> = {}): Instance {
  const place = { pack: findPack(product), home: '/home/ana', cwd: '/', paths: path.posix };
  const identity = resolveIdentity({ ...place, flags: {}, env, known: [] });
  return resolveInstance({ ...place, identity, flags: {}, config, lease: undefined, program: undefined });
}
const settings = (config: unknown, profile: string, env: Record<string, string> = {}) =>
  browserSettings(instance(config, 'zero', env), config, profile);

describe('settings of a browser profile', () => {
  it('follow from the ports of the instance where the config says nothing', () => {
    expect(settings(undefined, 'zero')).toEqual({
      enabled: true,
      profile: 'zero',
      control: { url: 'http://127.0.0.1:18791', port: 18791 },
      cdp: { url: 'http://127.0.0.1:18800', port: 18800, given: false },
      executablePath: undefined,
      headless: false,
      noSandbox: false,
      attachOnly: false,
      color: undefined,
    });
  });

  it('are those of the config', () => {
    const config = {
      browser: {
        enabled: false,
        headless: true,
        noSandbox: true,
        attachOnly: true,
        executablePath: '/opt/chrome',
        color: '#111111',
        profiles: { work: { cdpPort: 18810, color: '#222222' }, far: { cdpUrl: 'https://browser.example:9222' } },
      },
    };
    expect(settings(config, 'work')).toMatchObject({
      ...{ enabled: false, headless: true, noSandbox: true, attachOnly: true, executablePath: '/opt/chrome', color: '#222222' },
      cdp: { url: 'http://127.0.0.1:18810', port: 18810, given: false },
    });
    expect(settings(config, 'far').cdp).toEqual({ url: 'https://browser.example:9222', port: 9222, given: true });
  });

  it('take browser.cdpUrl for the profile that is used when none is named, and for no other', () => {
    const config = { browser: { cdpUrl: 'http://10.0.0.9:9333', profiles: { other: {} } } };
    expect(settings(config, 'zero').cdp.url).toBe('http://10.0.0.9:9333');
    expect(settings(config, 'other').cdp.port).toBe(18800);
  });

  it('have no control port here when the control server is on another machine', () => {
    const config = { browser: { controlUrl: 'http://10.0.0.9:18791' } };
    expect(settings(config, 'zero').control).toEqual({ url: 'http://10.0.0.9:18791', port: null });
  });

  it.each([null, [], 'x', { browser: 7 }, { browser: { profiles: [] } }, { browser: { profiles: { __proto__: null, a: 7 } } }])(
    'are worked out of a config of any shape: %j',
    (config) => expect(settings(config, 'zero').cdp.port).toBe(18800),
  );
});

describe('the browser profiles of an instance', () => {
  it.each([
    ['zero', ['zero']],
    ['moltbot', ['clawd']],
    ['clawdbot', ['clawd']],
    ['openclaw', ['openclaw']],
  ])('%s has one of its own name', (product, names) =>
    expect(browserProfileNames(instance(undefined, product), undefined)).toEqual(names),
  );

  it('are the configured ones, the default first', () => {
    const config = { browser: { defaultProfile: 'work', profiles: { chrome: {}, work: {} } } };
    expect(browserProfileNames(instance(config), config)).toEqual(['work', 'chrome']);
  });
});

describe('browserCandidates', () => {
  it('are names on PATH on Linux, applications on macOS, and program folders on Windows', () => {
    expect(browserCandidates('linux', {}).map((c) => c.program)).toContain('chromium');
    expect(browserCandidates('darwin', {})[0]).toEqual({
      kind: 'chrome',
      program: '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    });
    expect(browserCandidates('win32', { PROGRAMFILES: 'C:\\P' })[0]?.program).toBe(
      'C:\\P\\Google\\Chrome\\Application\\chrome.exe',
    );
  });
});
