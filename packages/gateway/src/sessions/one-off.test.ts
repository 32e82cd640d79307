import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { SessionIndex } from './index-file.ts';
import { isOneOff, withoutOldOneOffs } from './one-off.ts';

it.each([
  [`hook:${randomUUID()}`, true],
  [`agent:night:hook:${randomUUID()}`, true],
  ['hook:the-shop', false],
  [`agent:main:openai-user:${randomUUID()}`, false],
  ['agent:main:main', false],
])('%s is one that nobody can go on with: %s', (key, is) => expect(isOneOff(key)).toBe(is));

it('the latest of them are kept, and all others', () => {
  const rung = Array.from({ length: 203 }, (_, i) => [`hook:${randomUUID()}`, { sessionId: `s${i}`, updatedAt: i }] as const);
  const others: SessionIndex = { 'agent:main:main': { updatedAt: 0 }, 'hook:shop': {} };
  const { index, gone } = withoutOldOneOffs({ ...Object.fromEntries(rung), ...others });
  expect(gone.sort()).toEqual(
    rung
      .slice(0, 3)
      .map(([key]) => key)
      .sort(),
  );
  expect(Object.keys(index)).toHaveLength(202);
  expect(index).toMatchObject({ ...others, ...Object.fromEntries(rung.slice(3)) });
  expect(withoutOldOneOffs(index)).toEqual({ index, gone: [] });
});
