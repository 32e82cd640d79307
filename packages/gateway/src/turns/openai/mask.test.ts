import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeyMask } from './mask.ts';

const KEY = 'sk-sk-1';

it('takes the key out wherever a text is cut, and leaves everything else as it is', () => {
  const word = fc.constantFrom(KEY, 'sk-', 's', 'k', '-', '1', ' well ', 'sk-sk-');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), fc.array(fc.nat(80), { maxLength: 8 }), (words, cuts) => {
      const text = words.join('');
      const at = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
      const mask = new KeyMask(KEY);
      const told = at.slice(1).map((end, i) => mask.take(text.slice(at[i], end)));
      expect([...told, mask.rest()].join('')).toBe(text.replaceAll(KEY, '***'));
    }),
  );
});
