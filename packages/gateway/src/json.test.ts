import { describe, expect, it } from 'vitest';
import { parseJson } from './json.ts';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('JSON from a client', () => {
  it('is its value, and nothing where it is no JSON', () => {
    expect(parseJson('{"a":[1,"]"]}')).toEqual({ a: [1, ']'] });
    expect(parseJson('{nonsense')).toBeUndefined();
    expect(parseJson('')).toBeUndefined();
  });

  it('is refused when it is nested so deeply that it could not be written again', () => {
    expect(parseJson(nested(500))).toBeDefined();
    expect(parseJson(nested(501))).toBeUndefined();
    expect(parseJson(`${'{"a":'.repeat(501)}1${'}'.repeat(501)}`)).toBeUndefined();
  });

  it('may have any number of brackets side by side, and in strings', () => {
    expect(parseJson(`[${Array(2_000).fill('[]').join(',')}]`)).toHaveLength(2_000);
    const text = `\\"${'[{'.repeat(2_000)}`;
    expect(parseJson(JSON.stringify([text, text]))).toEqual([text, text]);
  });
});
