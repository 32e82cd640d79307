import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byName } from './text-order.ts';

test('Names are put in an order that does not depend on where they were', () => {
  const names = ['zeta', 'Beta', 'alpha', 'p10', 'p2', 'beta-2'];
  fc.assert(
    fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (shuffled) => {
      expect(shuffled.sort(byName)).toEqual(['alpha', 'Beta', 'beta-2', 'p10', 'p2', 'zeta']);
    }),
  );
});

test('Names that differ in case alone are equal', () => {
  expect(byName('Rescue', 'rescue')).toBe(0);
});
