import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { olderNumbers, settleTurn, shift, wholeLines } from './rotation.ts';

/** Folder as number → content, with the renames of a shift carried out up to `steps`; then the new one takes number 1. */
function carryOut(folder: Map<number, string>, keep: number, steps = Number.POSITIVE_INFINITY): boolean {
  const { moves, drops } = shift(
    [...folder.keys()].sort((a, b) => a - b),
    keep,
  );
  let left = steps;
  for (const { from, to } of moves) {
    if (left-- <= 0) return false;
    folder.set(to, folder.get(from) as string);
    folder.delete(from);
  }
  if (left-- <= 0) return false;
  folder.set(1, 'new');
  for (const number of drops) folder.delete(number);
  return true;
}

describe('shift', () => {
  it('moves each one on, and the oldest out', () => {
    expect(shift([1, 2, 3], 3)).toEqual({
      moves: [
        { from: 2, to: 3 },
        { from: 1, to: 2 },
      ],
      drops: [],
    });
    expect(shift([], 3)).toEqual({ moves: [], drops: [] });
    expect(shift([1], 1)).toEqual({ moves: [], drops: [] });
  });

  it('drops what is more than shall be kept now', () => expect(shift([1, 2, 3, 7], 2).drops).toEqual([3, 7]));

  it('loses none that is kept and changes no order, wherever it was cut off and begun again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 7 }),
        (have, keep, cut) => {
          const before = Array.from({ length: Math.min(have, keep) }, (_, i): [number, string] => [i + 1, `old ${i + 1}`]);
          const folder = new Map(before);
          if (!carryOut(folder, keep, cut)) carryOut(folder, keep);
          const inOrder = [...folder].sort(([a], [b]) => a - b).map(([, content]) => content);
          expect(inOrder).toEqual(['new', ...before.map(([, content]) => content)].slice(0, keep));
        },
      ),
    );
  });
});

describe('olderNumbers', () => {
  it('takes the numbered ones of this log alone', () => {
    const names = [
      'console.log',
      'console.log.10',
      'console.log.2',
      'console.log.1.part',
      'console.log.0',
      'other.log.1',
      'console.log.x',
    ];
    expect(olderNumbers(names, 'console.log')).toEqual([2, 10]);
  });
});

describe('settleTurn', () => {
  const whole = { phase: 'whole', logHoldsAll: false, restBytes: 0, restInLog: 0, logBytes: 0 } as const;
  it.each([
    ['a copy half made', { ...whole, phase: 'part' }, 'discard'],
    ['a copy of what is still in the log', { ...whole, logHoldsAll: true, logBytes: 10 }, 'discard'],
    ['a log that was emptied', whole, 'finish'],
    ['a log that was emptied in the middle of a line', { ...whole, restBytes: 3 }, 'put-back'],
    ['half of the beginning put back', { ...whole, restBytes: 3, restInLog: 1, logBytes: 1 }, 'put-back'],
    ['the beginning put back', { ...whole, restBytes: 3, restInLog: 3, logBytes: 3 }, 'cut'],
    ['the beginning put back, and its end written', { ...whole, restBytes: 3, restInLog: 3, logBytes: 9 }, 'cut'],
    ['a log that went on without its beginning', { ...whole, restBytes: 3, logBytes: 9 }, 'finish'],
    ['a copy that lacks its number', { ...whole, phase: 'done', logHoldsAll: true, restBytes: 3 }, 'finish'],
  ] as const)('%s', (_, found, settlement) => expect(settleTurn(found)).toBe(settlement));
});

describe('wholeLines', () => {
  it('ends behind the last line end', () => {
    expect(wholeLines(Buffer.from('a\nbc\nd'))).toBe(5);
    expect(wholeLines(Buffer.from('abc'))).toBe(0);
  });
});
