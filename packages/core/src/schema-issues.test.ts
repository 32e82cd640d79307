import { describe, expect, it } from 'vitest';
import { describeMismatch, isUnknownKey, pathOf } from './schema-issues.ts';
import type { SchemaError } from './validator.ts';

const error = (more: Partial<SchemaError>): SchemaError => ({ instancePath: '', keyword: 'type', params: {}, ...more });

describe('the path of a mismatch', () => {
  it.each([
    ['', {}, ''],
    ['/gateway/port', {}, 'gateway.port'],
    ['/agents/list/0/name', {}, 'agents.list[0].name'],
    ['/0', {}, '[0]'],
    ['/a~1b/c~0d', {}, 'a/b.c~d'],
    ['/gateway', { additionalProperty: 'novelty' }, 'gateway.novelty'],
    ['', { missingProperty: 'version' }, 'version'],
  ])('%s with %j is %j', (instancePath, params, expected) => {
    expect(pathOf(error({ instancePath, params }))).toBe(expected);
  });
});

describe('a mismatch in words', () => {
  it.each([
    ['type', { type: 'integer' }, 'must be an integer'],
    ['type', { type: 'string' }, 'must be a string'],
    ['type', { type: 'object' }, 'must be an object'],
    ['enum', { allowedValues: ['a', 1] }, 'must be one of "a", 1'],
    ['const', { allowedValue: 1 }, 'must be 1'],
    ['required', { missingProperty: 'x' }, 'is missing'],
    ['additionalProperties', { additionalProperty: 'x' }, 'is not a known key'],
    ['minLength', { limit: 1 }, 'must not be empty'],
    ['minimum', { comparison: '>=', limit: 1 }, 'must be at least 1'],
    ['maximum', { comparison: '<=', limit: 9 }, 'must be at most 9'],
    ['pattern', { pattern: '^x' }, 'must match ^x'],
    ['maxLength', { limit: 9 }, 'must not be longer than 9 characters'],
    ['maxItems', { limit: 9 }, 'must not have more than 9 entries'],
    ['uniqueItems', {}, 'breaks the rule uniqueItems'],
  ])('%s %j: %s', (keyword, params, expected) => expect(describeMismatch(error({ keyword, params }))).toBe(expected));

  it('is what the validator says for any other rule', () => {
    expect(describeMismatch(error({ keyword: 'format', message: 'must match format "uri"' }))).toBe('must match format "uri"');
  });

  it('tells an unknown key from the rest', () => {
    expect(isUnknownKey(error({ keyword: 'additionalProperties' }))).toBe(true);
    expect(isUnknownKey(error({ keyword: 'required' }))).toBe(false);
  });
});
