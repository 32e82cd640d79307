import { appendFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tempDir } from '@polygate/testkit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tailLines } from './tail-lines.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let file: string;

beforeEach(async () => {
  dir = await tempDir();
  file = path.join(dir.path, 'x.log');
});
afterEach(() => dir.remove());

describe('tailLines', () => {
  it('gives the last lines, and where to go on', async () => {
    await writeFile(file, 'a\nb\nc\n');
    expect(await tailLines(file, { limit: 2 })).toEqual({
      file,
      cursor: 6,
      size: 6,
      lines: ['b', 'c'],
      truncated: true,
      reset: false,
    });
    await appendFile(file, 'd\n');
    expect(await tailLines(file, { cursor: 6 })).toMatchObject({ cursor: 8, lines: ['d'], truncated: false });
    expect(await tailLines(file, { cursor: 8 })).toMatchObject({ cursor: 8, lines: [] });
  });

  it('waits for the end of a line', async () => {
    await writeFile(file, 'a\nhalf');
    expect(await tailLines(file, {})).toMatchObject({ cursor: 2, lines: ['a'] });
    await appendFile(file, ' done\n');
    expect(await tailLines(file, { cursor: 2 })).toMatchObject({ cursor: 12, lines: ['half done'] });
  });

  it('starts over when the file was replaced by a shorter one', async () => {
    await writeFile(file, 'a\nb\nc\n');
    await truncate(file, 0);
    await writeFile(file, 'n\n');
    expect(await tailLines(file, { cursor: 6 })).toMatchObject({ cursor: 2, lines: ['n'], reset: true });
  });

  it('reads no more than it may, and begins with a whole line', async () => {
    await writeFile(file, `${'x'.repeat(50)}\nsecond\nthird\n`);
    expect(await tailLines(file, { maxBytes: 20 })).toMatchObject({ lines: ['second', 'third'], truncated: true });
    expect(await tailLines(file, { maxBytes: 3 })).toMatchObject({ lines: [], truncated: true });
  });

  it('keeps empty lines, and finds nothing in an empty file', async () => {
    await writeFile(file, '\n\na\n');
    expect((await tailLines(file, {})).lines).toEqual(['', '', 'a']);
    await writeFile(file, '');
    expect(await tailLines(file, {})).toMatchObject({ cursor: 0, lines: [], truncated: false });
  });

  it('throws when there is no file', () => expect(tailLines(`${file}.no`, {})).rejects.toThrow('ENOENT'));

  it('gives every line once, whatever the writes in between', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((s) => !/[\n\r]|\p{Surrogate}/u.test(s));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(line, { maxLength: 4 }), { maxLength: 6 }), async (writes) => {
        await writeFile(file, '');
        const seen: string[] = [];
        let cursor = 0;
        for (const lines of writes) {
          await appendFile(file, lines.map((l) => `${l}\n`).join(''));
          const page = await tailLines(file, { cursor });
          seen.push(...page.lines);
          cursor = page.cursor;
        }
        expect(seen).toEqual(writes.flat());
      }),
      { numRuns: 40 },
    );
  });
});
