import { HOSTILE_NAMES } from '@polygate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../errors/problem.ts';
import { parseProfileName, sameProfile } from './name.ts';

describe('parseProfileName', () => {
  it.each(['main', 'rescue', 'Main', 'a', '0', 'a-b_c', 'x'.repeat(64)])('accepts %s and keeps its case', (name) => {
    expect(parseProfileName(name)).toBe(name);
  });

  it.each(['default', 'Default', 'DEFAULT'])('reads %s as the unnamed profile', (name) => {
    expect(parseProfileName(name)).toBe('default');
  });

  it.each([
    ['', 'is empty'],
    ['  ', 'is blank'],
    ['--json', 'starts with "-"'],
    ['a\u0000b', 'control character'],
    ['../x', 'looks like a path'],
    ['a/b', 'looks like a path'],
    ['a\\b', 'looks like a path'],
    ['réscue', 'outside ASCII'],
    ['ｒescue', 'outside ASCII'],
    ['a b', 'white space'],
    ['x'.repeat(65), 'longer than 64'],
    ['_x', 'starts with "_"'],
    ['.x', 'starts with "."'],
    ['a.b', 'contains "."'],
    ['a:b', 'contains ":"'],
    ['a%b', 'contains "%"'],
  ])('refuses %j: %s', (name, reason) => {
    expect(() => parseProfileName(name)).toThrow(Problem);
    expect(() => parseProfileName(name)).toThrow(reason);
  });

  it.each(HOSTILE_NAMES.map(([name, reason]) => [JSON.stringify(name).slice(0, 40), name, reason]))(
    'refuses %s',
    (_, name, reason) => {
      expect(() => parseProfileName(name)).toThrow(reason);
      expect(() => parseProfileName(`${name}\0`)).toThrow(Problem);
    },
  );

  it('accepts exactly the family rule', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 70 }), (name) => {
        const valid = /^[a-z0-9][a-z0-9_-]{0,63}$/i.test(name);
        if (valid) expect(sameProfile(parseProfileName(name), name)).toBe(true);
        else expect(() => parseProfileName(name)).toThrow(Problem);
      }),
    );
  });
});
