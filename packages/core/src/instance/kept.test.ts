import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPack } from '../product/catalogue.ts';
import { type IdentityInput, resolveIdentity } from './identity.ts';
import type { KnownInstance } from './owners.ts';

const home = '/home/ana';
const work: KnownInstance = {
  ...{ product: 'zero', profile: 'work', stateDir: '/srv/work', configPath: '/srv/work/zero.json', port: 20_789 },
};
const identify = (more: Partial<IdentityInput>) =>
  resolveIdentity({ pack: findPack('zero'), flags: {}, env: {}, home, cwd: home, paths: path.posix, known: [work], ...more });
const shown = (more: Partial<IdentityInput>) => {
  const { profile, stateDir, configPath } = identify(more);
  return [profile, stateDir, configPath].map(({ value, origin }) => `${value} ${origin}`);
};

describe('a profile that is kept elsewhere', () => {
  it.each([
    ['by flag', { flags: { profile: 'work' } }, 'work flag'],
    ['by variable', { env: { ZERO_PROFILE: 'work' } }, 'work env'],
    ['in other letters, and keeps those it was made with', { flags: { profile: 'WORK' } }, 'work flag'],
  ])('is found by its name alone: %s', (_, more, profile) => {
    expect(shown(more)).toEqual([profile, '/srv/work ledger', '/srv/work/zero.json ledger']);
  });

  it('is found without a name when it is the default profile', () => {
    const known = [{ ...work, profile: 'default' }];
    expect(shown({ known })).toEqual(['default product', '/srv/work ledger', '/srv/work/zero.json ledger']);
  });

  it('says what the usual place would be, and which instance the path is from', () => {
    expect(identify({ flags: { profile: 'work' } }).stateDir).toEqual({
      ...{ value: '/srv/work', origin: 'ledger', source: 'zero/work' },
      overridden: [{ value: '/home/ana/.zero-work', origin: 'flag', source: '--profile' }],
    });
  });

  it('does not prevail over a state directory that is said', () => {
    const env = { ZERO_STATE_DIR: '/data/x' };
    expect(shown({ flags: { profile: 'work' }, env })).toEqual(['work flag', '/data/x env', '/data/x/zero.json env']);
  });

  it('keeps its config elsewhere too', () => {
    const known = [{ ...work, stateDir: '/home/ana/.zero-work', configPath: '/etc/zero/work.json' }];
    expect(shown({ flags: { profile: 'work' }, known })).toEqual([
      'work flag',
      '/home/ana/.zero-work flag',
      '/etc/zero/work.json ledger',
    ]);
  });

  it('finds a config inside its directory by the name that the product gives it now', () => {
    const known = [{ ...work, configPath: '/srv/work/older-name.json' }];
    expect(identify({ flags: { profile: 'work' }, known }).configPath.value).toBe('/srv/work/zero.json');
  });

  it('is another product’s affair when that has the name', () => {
    const known = [{ ...work, product: 'openclaw' }];
    expect(identify({ flags: { profile: 'work' }, known }).stateDir.value).toBe('/home/ana/.zero-work');
  });

  it('counts for nothing with a path of another system', () => {
    const known = [{ ...work, stateDir: 'D:\\work', configPath: 'D:\\work\\zero.json' }];
    expect(identify({ flags: { profile: 'work' }, known }).stateDir.value).toBe('/home/ana/.zero-work');
  });
});

describe('paths through symlinks', () => {
  const real = new Map([
    ['/home/ana', '/data/ana'],
    ['/link', '/srv/work'],
    ['/link/zero.json', '/srv/work/zero.json'],
    ['/mnt/rescue', '/data/ana/.zero-rescue'],
  ]);

  it('name the known instance that they lead to', () => {
    expect(identify({ env: { ZERO_STATE_DIR: '/link' }, real }).profile.value).toBe('work');
    expect(() => identify({ flags: { profile: 'main' }, env: { ZERO_STATE_DIR: '/link' }, real })).toThrow(
      'belongs to zero/work',
    );
    const env = { ZERO_PROFILE: 'main', ZERO_CONFIG_PATH: '/link/zero.json' };
    expect(() => identify({ env, real })).toThrow('belongs to zero/work');
  });

  it('name the profile whose usual place they lead to', () => {
    expect(identify({ env: { ZERO_STATE_DIR: '/mnt/rescue' }, real }).profile.value).toBe('rescue');
    const { dropped } = identify({ flags: { profile: 'main' }, env: { ZERO_STATE_DIR: '/mnt/rescue' }, real });
    expect(dropped.map((d) => d.reason)).toEqual(['it is the path of profile rescue']);
  });

  it('are kept as they were said', () => {
    expect(identify({ env: { ZERO_STATE_DIR: '/link' }, real }).stateDir.value).toBe('/link');
  });

  it('do not make a usual place look like another one', () => {
    const known = [
      { ...work, profile: 'rescue', stateDir: '/data/ana/.zero-rescue', configPath: '/data/ana/.zero-rescue/zero.json' },
    ];
    const usual = new Map([...real, ['/home/ana/.zero-rescue', '/data/ana/.zero-rescue']]);
    const { stateDir, configPath } = identify({ flags: { profile: 'rescue' }, known, real: usual });
    expect([stateDir.value, configPath.value]).toEqual(['/home/ana/.zero-rescue', '/home/ana/.zero-rescue/zero.json']);
  });
});
