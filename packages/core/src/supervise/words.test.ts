import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitWords } from './words.ts';

describe('the words of a command line', () => {
  it.each([
    ['openclaw gateway run', ['openclaw', 'gateway', 'run']],
    ['  a   b\t', ['a', 'b']],
    [`node "/opt/my gateway/run.js" --name 'Ana''s'`, ['node', '/opt/my gateway/run.js', '--name', 'Anas']],
    [String.raw`a\ b "c\"d" 'e\f' "g\h"`, ['a b', 'c"d', String.raw`e\f`, String.raw`g\h`]],
    [`a "" ''`, ['a', '', '']],
    ['$HOME/bin/x `id` *', ['$HOME/bin/x', '`id`', '*']],
    ['', []],
  ])('%s', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it.each(['a "b', "a 'b", 'a\\', '"a\\"'])('%s is not whole', (text) => {
    expect(splitWords(text)).toBeUndefined();
  });

  it('come back whatever is in them, when they are quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
        expect(splitWords(quoted)).toEqual(words);
      }),
    );
  });
});
