import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathOf, placeOf } from './names.ts';

describe('a path below the canvas', () => {
  it.each([
    ['', [], false],
    ['/', [], true],
    ['/a.html', ['a.html'], false],
    ['/a/b%20c/', ['a', 'b c'], true],
    ['/%E2%82%AC.png', ['€.png'], false],
    // Decoded once: a name that looks like an encoded one is a name.
    ['/%252e%252e/x', ['%2e%2e', 'x'], false],
    ['/a?b', ['a?b'], false],
  ])('%s means %j', (rest, names, isDirectory) => expect(placeOf(rest)).toEqual({ names, isDirectory }));

  it.each([
    ...[
      '/..',
      '/../x',
      '/a/../../x',
      '/./a',
      '/%2e%2e/x',
      '/%2E./x',
      '/.%2e/x',
      '/..%2f..%2fetc/passwd',
      '/a%2fb',
      '/%2fetc/passwd',
    ],
    ...['/..\\x', '/..%5cx', '/a%5c..%5c..%5cx', '//etc/passwd', '/a//b', '/a.txt%00.html', '/%00', '/a\u0000', '/a%0a', '/a\rb'],
    ...[
      '/.env',
      '/.git/config',
      '/a/.hidden/b',
      '/%2ehidden',
      '/C:/x',
      '/c%3a',
      '/a.txt::$DATA',
      '/a.txt%3a%3a$DATA',
      '/a.',
      '/a%20',
    ],
    ...['/%', '/%zz', '/%c0%ae%c0%ae/x', '/%f5', `/${'a'.repeat(256)}`, `/${'a/'.repeat(3_000)}`, 'a', '.', '?x'],
  ])('%j means nothing', (rest) => expect(placeOf(rest)).toBeUndefined());

  const nasty = fc.array(
    fc.constantFrom(
      '/',
      '..',
      '.',
      '%2e',
      '%2E',
      '%2f',
      '%2F',
      '%5c',
      '\\',
      '%00',
      '\0',
      'a',
      'b.html',
      '%25',
      '2e',
      ':',
      '~',
      '%u2215',
      '\uff0e',
      ' ',
      '%c0%af',
    ),
    { maxLength: 12 },
  );

  it('never leads out of the root, whatever it is, on any system', () => {
    const stays = (rest: string) => {
      const place = placeOf(rest);
      if (!place) return;
      for (const flavour of [path.posix, path.win32]) {
        const root = flavour.resolve(flavour === path.posix ? '/srv/canvas' : 'C:\\srv\\canvas');
        const file = flavour.resolve(flavour.join(root, ...place.names));
        expect(flavour.relative(root, file).split(flavour.sep)).toEqual(place.names.length === 0 ? [''] : place.names);
      }
      expect(place.names.some((name) => name.startsWith('.') || /[\0/\\]/.test(name))).toBe(false);
    };
    fc.assert(
      fc.property(nasty, (parts) => stays(parts.join(''))),
      { numRuns: 800 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => stays(`/${text}`)),
      { numRuns: 400 },
    );
    fc.assert(fc.property(fc.webPath(), stays), { numRuns: 200 });
  });

  it('that is made for names leads to them again', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((each) => placeOf(`/${encodeURIComponent(each)}`) !== undefined);
    fc.assert(
      fc.property(fc.array(name, { maxLength: 5 }), (names) => {
        expect(placeOf(pathOf(names))?.names).toEqual(names);
      }),
    );
  });
});
