import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergePatch } from '../../packages/core/src/config/merge-patch.ts';
import { Data } from '../../templates/pages/a2ui/data.js';
import { patchBetween, pathsOf } from '../../templates/pages/control-ui/patch.js';
import { repoPath } from '../lib/files.mjs';

describe.each(['control-ui', 'a2ui'])('the page %s', (folder) => {
  const read = (name) => readFile(repoPath('templates/pages', folder, name), 'utf8');

  it('has nothing in its HTML that its policy forbids, and names nothing that is not there', async () => {
    const html = await read('index.html');
    const names = await readdir(repoPath('templates/pages', folder));
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)|https?:/);
    for (const [, file] of html.matchAll(/(?:src|href)="([^"#]+)"/g)) expect(names).toContain(file.replace('control-ui/', ''));
    for (const name of names.filter((each) => each.endsWith('.js'))) {
      const code = await read(name);
      expect(code, name).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/);
      for (const [, id] of code.matchAll(/(?:byId|getElementById)\('([\w-]+)'\)/g))
        expect([name, html.includes(`id="${id}"`)]).toEqual([name, true]);
      for (const [, file] of code.matchAll(/from '\.\/([^']+)'/g)) expect(names).toContain(file);
    }
    // What is labelled, described or controlled is there.
    for (const [, id] of html.matchAll(/(?:aria-(?:labelledby|describedby)|for|list)="([\w-]+)"/g))
      expect(html).toContain(`id="${id}"`);
  });
});

describe('what the control UI writes into a config', () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  // In a merge patch null takes a key out: a config that holds one cannot be made by any.
  const withoutNull = fc.dictionary(fc.string(), value).filter((each) => !JSON.stringify(each).includes('null'));

  it('makes what was shown what was written', () => {
    fc.assert(
      fc.property(withoutNull, withoutNull, (before, after) => {
        const patch = patchBetween(before, after);
        expect(JSON.stringify(sorted(patch === undefined ? before : mergePatch(before, patch)))).toBe(
          JSON.stringify(sorted(after)),
        );
      }),
    );
  });

  it('names no more than what was changed', () => {
    const before = { a: { b: 1, c: [1, 2] }, d: 'same' };
    const patch = patchBetween(before, { a: { b: 2, c: [1, 2] }, d: 'same', e: true });
    expect(patch).toEqual({ a: { b: 2 }, e: true });
    expect(pathsOf(patch)).toEqual(['a.b', 'e']);
    expect(patchBetween(before, before)).toBeUndefined();
    expect(patchBetween(before, { d: 'same' })).toEqual({ a: null });
  });

  const sorted = (each) => {
    if (Array.isArray(each)) return each.map(sorted);
    if (typeof each !== 'object' || each === null) return each;
    return Object.entries(each)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]);
  };
});

describe('the data of a surface', () => {
  it('is read and written by paths, and added to below its root', () => {
    const data = new Data();
    data.update('/', [
      { key: 'user', valueMap: [{ key: 'name', valueString: 'Ana' }] },
      { key: 'count', valueNumber: 0 },
    ]);
    expect([data.get('/user/name'), data.get('/count'), data.get('/nothing/at/all'), data.get('count')]).toEqual([
      'Ana',
      0,
      undefined,
      0,
    ]);
    data.update('/user', [{ key: 'age', valueNumber: 30 }]);
    expect([data.get('/user/name'), data.get('/user/age'), data.keys('/user')]).toEqual(['Ana', 30, ['name', 'age']]);
    data.set('/user/name', 'Bo');
    expect(data.get('/user/name')).toBe('Bo');
    data.update('/', [{ key: 'other', valueBoolean: true }]);
    expect([data.get('/user/name'), data.get('/other')]).toEqual([undefined, true]);
    expect(() => data.update('/', [{ valueString: 'x' }])).toThrow('without a key');
    expect(() => data.update('/', 'x')).toThrow('no list');
  });

  it('knows no key that it was not told, and changes nothing but itself', () => {
    const data = new Data();
    const key = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'a');
    fc.assert(
      fc.property(fc.array(key, { maxLength: 4 }), (keys) => {
        data.update(`/${keys.join('/')}`, [{ key: 'polluted', valueString: 'yes' }]);
        data.set(`/${[...keys, 'b'].join('/')}`, 1);
        expect(data.get(`/${[...keys, 'b'].join('/')}`)).toBe(1);
        expect({}.polluted).toBeUndefined();
        expect(Object.polluted).toBeUndefined();
      }),
    );
    expect(new Data().get('/toString')).toBeUndefined();
  });
});
