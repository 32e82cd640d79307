import { HOSTILE_PACKS } from '@polygate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../errors/problem.ts';
import { builtInPacks } from '../gen/products.gen.ts';
import { DEFAULT_PROFILE, parseProfileName, sameProfile } from '../profile/name.ts';
import { defaultProduct, findPack, productOfCommand } from './catalogue.ts';
import { packIssues } from './check.ts';
import { readVariable } from './environment.ts';
import { forProfile, profileIn } from './pack.ts';
import { OTHER_VARIABLES, PRODUCT_VARIABLES } from './variable-meanings.ts';

const templates = builtInPacks.flatMap((pack) => [
  ...[pack.stateDir, pack.workspace],
  ...[pack.service.launchd, pack.service.systemd, pack.service.windows],
]);
const profile = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/)
  .map((text) => parseProfileName(text))
  .filter((name) => name !== DEFAULT_PROFILE);

describe('the shipped packs', () => {
  it.each(builtInPacks.map((pack) => [pack.id, pack]))('%s fits the schema that packs of users must fit', (_, pack) => {
    expect(packIssues(pack)).toEqual([]);
  });

  it('have one default, and ids and commands of their own', () => {
    expect(builtInPacks.filter((pack) => pack.isDefault).map((pack) => pack.id)).toEqual([defaultProduct]);
    expect(new Set(builtInPacks.map((pack) => pack.id)).size).toBe(builtInPacks.length);
    expect(new Set(builtInPacks.map((pack) => pack.command)).size).toBe(builtInPacks.length);
  });

  it('never give two profiles, or two products, one service name', () => {
    fc.assert(
      fc.property(profile, profile, (one, other) => {
        fc.pre(!sameProfile(one, other));
        for (const kind of ['systemd', 'windows'] as const) {
          const names = builtInPacks.flatMap((pack) =>
            [DEFAULT_PROFILE, one, other].map((p) => forProfile(pack.service[kind], p).toLowerCase()),
          );
          expect(new Set(names).size).toBe(names.length);
        }
      }),
    );
  });
});

describe('profileIn', () => {
  it('finds the profile that a name or path was made for', () => {
    fc.assert(
      fc.property(fc.constantFrom(...templates), profile, (template, name) => {
        expect(profileIn(template, forProfile(template, DEFAULT_PROFILE))).toBe(DEFAULT_PROFILE);
        const found = profileIn(template, forProfile(template, name));
        // A label such as com.zero.gateway is that of the default profile and of a profile `gateway` alike: reserved.
        if (forProfile(template, name) !== template.default) expect(found).toBe(name);
      }),
    );
  });

  it.each([
    ['.zero-', undefined],
    ['.zero', 'default'],
    ['.zero-default', undefined],
    ['.zero-Default', undefined],
    ['.zerox', undefined],
    ['x.zero-main', undefined],
  ])('makes of %s: %s', (text, expected) => expect(profileIn(findPack('zero').stateDir, text)).toBe(expected));
});

describe('a pack of a user', () => {
  // Texts and NUL are refused before there is a value to look at (host/store/read-pack).
  const changed = HOSTILE_PACKS.filter(([what, change]) => typeof change !== 'string' && what !== 'NUL');

  it.each(changed)('is refused for %s', (_, change, said) => {
    const pack = typeof change === 'string' ? change : change(findPack('zero') as never);
    expect(packIssues(pack).map(({ path, message }) => `${path}: ${message}`)).toEqual(
      expect.arrayContaining([expect.stringContaining(said)]),
    );
  });

  it('may be like those that are shipped, under another name', () => {
    expect(packIssues({ ...findPack('moltbot'), id: 'mine', command: 'mine' })).toEqual([]);
  });

  it('must reserve the name whose launchd label is that of default', () => {
    const { launchd, ...service } = findPack('zero').service;
    const pack = { ...findPack('zero'), service: { ...service, launchd: { ...launchd, reserved: ['node'] } } };
    expect(packIssues(pack)).toEqual([
      { path: 'service.launchd.profile', message: 'gives the profile gateway what default has' },
    ]);
  });
});

describe('findPack', () => {
  it('finds by id and by command, the user’s own first', () => {
    const own = { ...findPack('zero'), displayName: 'Mine' };
    expect(findPack('zero', [own]).displayName).toBe('Mine');
    expect(productOfCommand('moltbot')).toBe('moltbot');
    expect(productOfCommand('node')).toBeUndefined();
  });

  it('names the known ones when there is no such product', () => {
    try {
      findPack('nosuch');
      expect.unreachable();
    } catch (error) {
      if (!isProblem(error, 'PRODUCT_UNKNOWN')) throw error;
      expect(error.params.known).toEqual(builtInPacks.map((pack) => pack.id));
    }
  });
});

describe('the variables that are explained', () => {
  it('hold every one that a pack has another name for', () => {
    const renamed = builtInPacks.flatMap((pack) => Object.keys(pack.env.names ?? {}));
    expect(renamed.length).toBeGreaterThan(0);
    expect(renamed.filter((suffix) => !(suffix in PRODUCT_VARIABLES))).toEqual([]);
  });

  it('are each explained once, by the name that is typed', () => {
    const prefixes = builtInPacks.map((pack) => pack.env.prefix);
    expect(Object.keys(OTHER_VARIABLES).filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))).toEqual([]);
    expect(Object.keys(PRODUCT_VARIABLES).filter((name) => name in OTHER_VARIABLES)).toEqual([]);
  });
});

describe('readVariable', () => {
  it('takes blanks for nothing and trims the rest', () => {
    const zero = findPack('zero');
    expect(readVariable(zero, { ZERO_PROFILE: ' \t' }, 'PROFILE')).toBeUndefined();
    expect(readVariable(zero, { ZERO_PROFILE: ' main ' }, 'PROFILE')).toEqual({ name: 'ZERO_PROFILE', value: 'main' });
  });
});
