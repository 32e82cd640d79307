import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPack } from '../product/catalogue.ts';
import { type Identity, type IdentityInput, resolveIdentity } from './identity.ts';
import { resolveInstance } from './instance.ts';
import type { Sourced } from './origin.ts';
import type { KnownInstance } from './owners.ts';

const zero = findPack('zero');
const place = { pack: zero, home: '/home/ana', cwd: '/', paths: path.posix, known: [] as KnownInstance[] };
const rescue = { product: 'zero', profile: 'rescue', stateDir: '/home/ana/.zero-rescue', port: 19_789 };
const known = [{ ...rescue, configPath: '/home/ana/.zero-rescue/zero.json' }];
const work = { product: 'zero', profile: 'work', stateDir: '/srv/work', configPath: '/srv/work.json', port: 20_789 };

type Given = Omit<Partial<IdentityInput>, 'real'> & { real?: Record<string, string> };
const identify = ({ real = {}, ...more }: Given): Identity =>
  resolveIdentity({ ...place, flags: {}, env: {}, real: new Map(Object.entries(real)), ...more });
const instance = (more: Given) => {
  const identity = identify(more);
  return resolveInstance({ ...place, identity, flags: {}, config: undefined, lease: undefined, program: undefined });
};

describe('a path that leads to another instance', () => {
  const real = { '/srv/link': '/home/ana/.zero-rescue', '/srv/c.json': '/home/ana/.zero-rescue/zero.json' };

  it.each([
    [{ ZERO_STATE_DIR: '/srv/link' }, 'STATE_DIR'],
    [{ ZERO_CONFIG_PATH: '/srv/c.json' }, 'CONFIG_PATH'],
  ])('through a symlink is refused, with both names: %j', (env, variable) => {
    const both = { ...env, ZERO_PROFILE: 'main' };
    expect(() => identify({ env: both, real })).toThrow(`profile main was asked for, but ZERO_${variable}`);
    expect(() => identify({ env: both, real })).toThrow('belongs to profile rescue');
  });

  it('through a symlink is dropped for a profile that is asked for by flag', () => {
    const { stateDir, dropped } = identify({ flags: { profile: 'main' }, env: { ZERO_STATE_DIR: '/srv/link' }, real });
    expect(stateDir.value).toBe('/home/ana/.zero-main');
    expect(dropped).toEqual([{ variable: 'ZERO_STATE_DIR', value: '/srv/link', reason: 'it is the path of profile rescue' }]);
  });

  it('through the usual path of a profile, which is a symlink itself, is refused', () => {
    const env = { ZERO_STATE_DIR: '/home/ana/.zero-main' };
    const link = { '/home/ana/.zero-main': '/home/ana/.zero-rescue' };
    expect(() => identify({ env, real: link })).toThrow('belongs to profile rescue');
  });

  it('is known by its real place too', () => {
    const env = { ZERO_PROFILE: 'main', ZERO_STATE_DIR: '/srv/link' };
    expect(() => identify({ env, known: [work], real: { '/srv/link': '/srv/work' } })).toThrow('belongs to zero/work');
  });

  it('is the usual one when the home directory is a symlink', () => {
    const env = { ZERO_STATE_DIR: '/disk/ana/.zero-main' };
    expect(identify({ env, real: { '/home/ana': '/disk/ana' } }).profile).toMatchObject({ value: 'main', origin: 'env' });
  });
});

describe('a profile that was set up elsewhere', () => {
  it('is found again by its name alone', () => {
    const { stateDir, configPath } = identify({ flags: { profile: 'Work' }, known: [work] });
    expect(stateDir).toEqual({
      value: '/srv/work',
      origin: 'ledger',
      source: 'zero/work',
      overridden: [{ value: '/home/ana/.zero-work', origin: 'flag', source: '--profile' }],
    });
    expect(configPath).toMatchObject({ value: '/srv/work.json', origin: 'ledger' });
    expect(identify({ flags: { profile: 'WORK' }, known: [work] }).profile.value).toBe('work');
    expect(identify({ env: { ZERO_PROFILE: 'work' }, known: [work] }).stateDir.origin).toBe('ledger');
  });

  it('may be the unnamed one, and is not what a variable overrides', () => {
    const unnamed = { ...work, profile: 'default' };
    expect(identify({ known: [unnamed] }).stateDir).toMatchObject({ value: '/srv/work', origin: 'ledger' });
    const env = { ZERO_STATE_DIR: '/srv/x' };
    const { stateDir, configPath } = identify({ flags: { profile: 'work' }, env, known: [work] });
    expect([stateDir.value, configPath.value]).toEqual(['/srv/x', '/srv/x/zero.json']);
  });

  it('has only a config of its own elsewhere', () => {
    const own = { ...rescue, configPath: '/srv/r.json' };
    expect(identify({ flags: { profile: 'rescue' }, known: [own] })).toMatchObject({
      stateDir: { value: '/home/ana/.zero-rescue', origin: 'flag' },
      configPath: { value: '/srv/r.json', origin: 'ledger', overridden: [{ value: '/home/ana/.zero-rescue/zero.json' }] },
    });
  });

  it('is where it always was when its directory is a symlink, or its config has an older name', () => {
    const moved = { ...rescue, stateDir: '/disk/rescue', configPath: '/disk/rescue/zero.json' };
    const real = { '/home/ana/.zero-rescue': '/disk/rescue' };
    expect(identify({ flags: { profile: 'rescue' }, known: [moved], real })).toMatchObject({
      stateDir: { value: '/home/ana/.zero-rescue', origin: 'flag' },
      configPath: { value: '/home/ana/.zero-rescue/zero.json', origin: 'flag' },
    });
    const pack = findPack('openclaw');
    const older = { ...rescue, product: 'openclaw', stateDir: '/srv/o', configPath: '/srv/o/clawdbot.json' };
    expect(identify({ pack, flags: { profile: 'rescue' }, known: [older] }).configPath.value).toBe('/srv/o/openclaw.json');
  });

  it('counts only with absolute paths', () => {
    const broken = { ...work, stateDir: 'work' };
    expect(identify({ flags: { profile: 'work' }, known: [broken] }).stateDir.value).toBe('/home/ana/.zero-work');
  });
});

describe('what a gateway hands down', () => {
  it('is dropped as a whole when it is of a service of another product that reads the same variables', () => {
    const env = {
      CLAWDBOT_SERVICE_MARKER: 'moltbot',
      CLAWDBOT_PROFILE: 'main',
      CLAWDBOT_STATE_DIR: '/srv/x',
      CLAWDBOT_GATEWAY_PORT: '19050',
      CLAWDBOT_GATEWAY_TOKEN: 'canary',
    };
    const { profile, stateDir, dropped } = identify({ pack: findPack('clawdbot'), env });
    expect([profile.value, stateDir.value]).toEqual(['default', '/home/ana/.clawdbot']);
    expect(dropped.map((d) => d.variable).sort()).toEqual(Object.keys(env).slice(1).sort());
    expect(new Set(dropped.map((d) => d.reason))).toEqual(new Set(['it is of a service of moltbot']));
    expect(JSON.stringify(dropped)).not.toContain('canary');
    expect(identify({ pack: findPack('moltbot'), env }).profile.value).toBe('main');
  });

  it.each(['BROWSER_CONTROL_URL', 'CANVAS_HOST_PORT', 'SYSTEMD_UNIT', 'OAUTH_DIR'])(
    'of another profile is dropped: %s',
    (suffix) => {
      const env = { ZERO_PROFILE: 'rescue', [`ZERO_${suffix}`]: '19791' };
      expect(identify({ flags: { profile: 'main' }, env }).dropped.map((d) => d.variable)).toEqual([`ZERO_${suffix}`]);
      expect(identify({ flags: { profile: 'rescue' }, env }).dropped).toEqual([]);
    },
  );

  it('is told without the password of an address', () => {
    const env = { ZERO_PROFILE: 'rescue', ZERO_BROWSER_CONTROL_URL: 'http://ana:canary@10.0.0.7:1' };
    expect(identify({ flags: { profile: 'main' }, env }).dropped[0]?.value).toBe('http://ana:***@10.0.0.7:1');
  });

  it('by the default gateway is its port alone, which another profile must not take for its own', () => {
    const env = { ZERO_GATEWAY_PORT: '18789' };
    const dropped = (profile: string, instances: KnownInstance[] = []) =>
      identify({ flags: { profile }, env, known: instances }).dropped.length;
    expect([dropped('main'), dropped('default'), dropped('rescue', [{ ...known[0], port: 18_789 } as KnownInstance])]).toEqual([
      1, 0, 0,
    ]);
    const other = identify({ flags: { profile: 'main' }, env: { ...env, ZERO_PROFILE: 'main' } });
    expect(other.dropped).toEqual([]);
  });
});

describe('what a value prevailed over', () => {
  const values = (found: Identity): Sourced<unknown>[] => [found.profile, found.stateDir, found.configPath];
  const sign = fc.constantFrom(undefined, '~/.zero-main', '~/.zero', '~/.zero-rescue', '/srv/x', '/srv/work');
  const file = fc.constantFrom(undefined, '~/.zero-main/zero.json', '~/.zero/zero.json', '/srv/y.json');

  it('is never itself: no source stands twice in a chain', () => {
    fc.assert(
      fc.property(fc.record({ profile: fc.constantFrom(undefined, 'main'), state: sign, config: file }), (given) => {
        const env = { ZERO_STATE_DIR: given.state, ZERO_CONFIG_PATH: given.config };
        try {
          for (const { source, overridden = [] } of values(identify({ flags: { profile: given.profile }, env, known: [work] }))) {
            const sources = [source, ...overridden.map((o) => o.source)];
            expect(new Set(sources).size, JSON.stringify(given)).toBe(sources.length);
          }
        } catch (error) {
          if ((error as { code?: string }).code !== 'INSTANCE_SPLIT') throw error;
        }
      }),
    );
  });

  it('is what would count without the variable that named the profile', () => {
    expect(identify({ env: { ZERO_STATE_DIR: '/home/ana/.zero-main' } }).stateDir.overridden).toEqual([
      { value: '/home/ana/.zero', origin: 'product', source: 'zero' },
    ]);
    expect(identify({ env: { ZERO_CONFIG_PATH: '/home/ana/.zero-main/zero.json' } }).configPath.overridden).toEqual([
      { value: '/home/ana/.zero/zero.json', origin: 'product', source: 'zero' },
    ]);
  });

  it('is the older name of the same variable, too', () => {
    const env = { MOLTBOT_STATE_DIR: '/srv/new', CLAWDBOT_STATE_DIR: '/srv/old' };
    expect(identify({ pack: findPack('moltbot'), env }).stateDir).toMatchObject({
      source: 'MOLTBOT_STATE_DIR',
      overridden: [{ value: '/srv/old', origin: 'env', source: 'CLAWDBOT_STATE_DIR' }, { source: 'moltbot' }],
    });
  });
});

describe('a resolved instance', () => {
  it('is frozen through and through, and leaves alone what it was made of', () => {
    const env = { ZERO_PROFILE: 'main', ZERO_STATE_DIR: '/srv/x' };
    const resolved = instance({ env });
    const loose: string[] = [];
    const look = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null || at === '.pack') return;
      if (!Object.isFrozen(value)) loose.push(at);
      for (const [key, inner] of Object.entries(value)) look(inner, `${at}.${key}`);
    };
    look(resolved, '');
    expect(loose).toEqual([]);
    expect([Object.isFrozen(env), Object.isFrozen(zero)]).toEqual([false, false]);
  });
});
