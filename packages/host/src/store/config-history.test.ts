import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { modeTold, tempDir } from '@polygate/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeHost } from '../node/host.ts';
import { goodConfigs, keepGoodConfig, putGoodBack, readWentBack, textOfGood } from './config-history.ts';

const host = nodeHost();
let dir: Awaited<ReturnType<typeof tempDir>>;
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(() => dir.remove());

const texts = async () => Promise.all((await goodConfigs(host, dir.path)).map((good) => textOfGood(host, good)));

it('keeps the last five good configs, private, the newest first, whatever the clock says', async () => {
  for (const [i, text] of ['a', 'b', 'c', 'd', 'e', 'f', 'f', 'c'].entries())
    await keepGoodConfig(host, dir.path, text, 1e12 - i * 1e9);
  expect(await texts()).toEqual(['c', 'f', 'e', 'd', 'b']);
  const [newest] = await goodConfigs(host, dir.path);
  expect(newest?.at).toBe(1e12 - 7e9);
  expect((await stat(newest?.file as string)).mode & 0o777).toBe(modeTold(0o600));
  expect((await stat(`${dir.path}/config-history`)).mode & 0o777).toBe(modeTold(0o700));
});

it('does not take a copy for good that was changed since', async () => {
  await keepGoodConfig(host, dir.path, 'a', 1);
  const [good] = await goodConfigs(host, dir.path);
  await writeFile(good?.file as string, 'b');
  expect(await texts()).toEqual([undefined]);
});

it('puts a good one back, keeps the bad one beside it, and says so until another one is good', async () => {
  const configPath = `${dir.path}/zero.json`;
  await writeFile(configPath, 'bad');
  await keepGoodConfig(host, dir.path, 'good', 1);
  const [good] = await goodConfigs(host, dir.path);
  if (!good) throw new Error('not kept');
  const mark = await putGoodBack(host, { stateDir: dir.path, configPath, good, text: 'good', reason: 'no sense', now: 2 });
  expect(await readFile(configPath, 'utf8')).toBe('good');
  expect(await readFile(mark.rejected, 'utf8')).toBe('bad');
  expect((await readdir(dir.path)).filter((name) => name.includes('.rejected-'))).toHaveLength(1);
  await keepGoodConfig(host, dir.path, 'good', 3);
  expect(await readWentBack(host, dir.path)).toEqual(mark);
  await keepGoodConfig(host, dir.path, 'better', 4);
  expect(await readWentBack(host, dir.path)).toBeUndefined();
});
