import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { modeTold, tempDir } from '@polygate/testkit';
import { expect, it } from 'vitest';
import { appendLines } from './append-lines.ts';

it('lines are added to a private file, and begin a new line where the last one was torn', async () => {
  const dir = await tempDir();
  try {
    const file = path.join(dir.path, 'a.jsonl');
    await appendLines(file, 'one\n');
    expect((await stat(file)).mode & 0o777).toBe(modeTold(0o600));
    await appendLines(file, 'two\n');
    await writeFile(file, 'one\ntwo\n{"to');
    await appendLines(file, 'three\n');
    expect(await readFile(file, 'utf8')).toBe('one\ntwo\n{"to\nthree\n');
    await expect(appendLines(path.join(dir.path, 'no', 'b'), 'x\n')).rejects.toMatchObject({ code: 'FILE_FAILED' });
  } finally {
    await dir.remove();
  }
});
