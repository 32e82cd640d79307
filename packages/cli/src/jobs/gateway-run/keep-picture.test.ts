import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { nodeHost } from '@polygate/host';
import { FakeClock, tempDir } from '@polygate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepPicture } from './keep-picture.ts';

describe('pictures of pages', () => {
  let dir: Awaited<ReturnType<typeof tempDir>>;
  beforeAll(async () => {
    dir = await tempDir();
  });
  afterAll(() => dir.remove());

  it('are private, and the oldest go where there are too many', async () => {
    const clock = new FakeClock();
    const host = { ...nodeHost(), clock };
    const bytes = new Uint8Array([0x89, 0x50, 0xff, 0x00]);
    const keep = (unique: string) => keepPicture(host, dir.path, { profile: 'work', type: 'png', bytes, unique });
    const first = await keep('first');
    expect(first.replaceAll('\\', '/')).toMatch(/media\/browser\/\d{4}-.*-work-first\.png$/);
    expect(new Uint8Array(await readFile(first))).toEqual(bytes);
    if (process.platform !== 'win32') expect((await stat(first)).mode & 0o777).toBe(0o600);
    // Later ones, as many as are kept.
    const folder = `${dir.path}/media/browser`;
    for (let n = 0; n < 99; n += 1) await writeFile(`${folder}/9999-01-01T00-00-00-000Z-work-${n}.png`, '');
    await writeFile(`${folder}/notes.txt`, '');
    await clock.sleep(1_000);
    await keep('last');
    const left = await readdir(folder);
    expect(left).toHaveLength(101);
    expect(left.join()).not.toContain('first');
    expect(left.join()).toContain('notes.txt');
  });
});
