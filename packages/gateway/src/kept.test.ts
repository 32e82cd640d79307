import { describe, expect, it } from 'vitest';
import { Kept } from './kept.ts';
import { memoryKeep } from './testing.ts';

interface Box {
  n: number;
}
const how = { empty: { n: 0 }, isValue: (v: unknown): v is Box => typeof (v as Box)?.n === 'number', onBroken: () => undefined };

describe('a kept value', () => {
  it('is there for the next one who opens it', async () => {
    const keep = memoryKeep();
    const kept = await Kept.open<Box>(keep, 'box.json', how);
    await kept.set({ n: 7 });
    expect((await Kept.open<Box>(keep, 'box.json', how)).value).toEqual({ n: 7 });
  });

  it('is written whole, the last of many changes at once as the last', async () => {
    const written: string[] = [];
    const keep = { ...memoryKeep(), write: async (_: string, text: string) => void written.push(text) };
    const kept = await Kept.open<Box>(keep, 'box.json', how);
    await Promise.all([1, 2, 3, 4, 5].map((n) => kept.set({ n })));
    expect(written.map((text) => (JSON.parse(text) as Box).n)).toEqual([1, 5]);
  });

  it('says when the disk refuses, and is written with the next change', async () => {
    const files = memoryKeep();
    let isFull = true;
    const keep = {
      ...files,
      write: (name: string, text: string) => (isFull ? Promise.reject(new Error('full')) : files.write(name, text)),
    };
    const kept = await Kept.open<Box>(keep, 'box.json', how);
    await expect(kept.set({ n: 1 })).rejects.toThrow('full');
    isFull = false;
    await kept.set({ n: 2 });
    expect(files.files.get('box.json')).toContain('"n": 2');
  });

  it.each(['', 'nonsense', '{"version":1}', '{"version":2,"n":1}', 'null', '[]'])('of "%s" is set aside', async (text) => {
    const keep = memoryKeep(new Map([['box.json', text]]));
    expect((await Kept.open<Box>(keep, 'box.json', how)).value).toEqual({ n: 0 });
    expect(keep.files.has('box.json.broken')).toBe(true);
  });
});
