import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { modeTold, tempDir } from '@polygate/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeFiles } from '../node/files.ts';
import { keepBackup } from './backups.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let file: string;
beforeEach(async () => {
  dir = await tempDir();
  file = path.join(dir.path, 'zero.json');
});
afterEach(() => dir.remove());

it('keeps the last five versions, the newest as .bak, and each for its owner alone', async () => {
  for (let version = 1; version <= 8; version += 1) {
    await keepBackup(nodeFiles, file);
    await writeFile(file, `version ${version}`, { mode: 0o644 });
  }
  const names = (await readdir(dir.path)).sort();
  expect(names).toEqual([
    'zero.json',
    'zero.json.bak',
    'zero.json.bak.1',
    'zero.json.bak.2',
    'zero.json.bak.3',
    'zero.json.bak.4',
  ]);
  const texts = await Promise.all(names.map((name) => readFile(path.join(dir.path, name), 'utf8')));
  expect(texts).toEqual([8, 7, 6, 5, 4, 3].map((version) => `version ${version}`));
  for (const name of names.slice(1)) expect((await stat(path.join(dir.path, name))).mode & 0o777).toBe(modeTold(0o600));
});

it('keeps them elsewhere where that is wanted, and tells where', async () => {
  await writeFile(file, 'unit');
  const as = path.join(dir.path, 'kept.service');
  expect(await keepBackup(nodeFiles, file, as)).toBe(`${as}.bak`);
  expect((await readdir(dir.path)).sort()).toEqual(['kept.service.bak', 'zero.json']);
});

it('makes nothing of a file that is not there', async () => {
  await keepBackup(nodeFiles, file);
  expect(await readdir(dir.path)).toEqual([]);
});
