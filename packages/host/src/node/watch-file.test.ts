import { mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tempDir, unless, whyNoSymlinks } from '@polygate/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchFile } from './watch-file.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let end: (() => void) | undefined;
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  end?.();
  await dir.remove();
});

/** Watches a file; what it gives expects that a change is told. */
function watched(file: string) {
  let tell: () => void = () => {};
  end = watchFile(file, () => tell());
  return async (change: () => Promise<unknown>) => {
    const told = new Promise<string>((resolve) => {
      tell = () => resolve('told');
    });
    await change();
    expect(await told).toBe('told');
  };
}

it('tells of a write, a rename over it, its end and its return', async () => {
  const file = `${dir.path}/a.json`;
  await writeFile(file, '1');
  const told = watched(file);
  await told(() => writeFile(file, '2'));
  await writeFile(`${dir.path}/a.json.tmp`, '3');
  await told(() => rename(`${dir.path}/a.json.tmp`, file));
  await told(() => writeFile(file, '4'));
  await told(() => unlink(file));
  await told(() => writeFile(file, '5'));
});

it.skipIf(whyNoSymlinks !== undefined)(unless(whyNoSymlinks, 'tells of what a link leads to, in another directory'), async () => {
  await mkdir(`${dir.path}/real`);
  await writeFile(`${dir.path}/real/b.json`, '1');
  await symlink('real/b.json', `${dir.path}/a.json`);
  await watched(`${dir.path}/a.json`)(() => writeFile(`${dir.path}/real/b.json`, '2'));
});

const whyNot =
  process.platform === 'win32' ? 'Windows keeps the name of a folder that is removed until nobody watches it' : undefined;
it.skipIf(whyNot !== undefined)(unless(whyNot, 'tells when the whole directory comes back'), async () => {
  const folder = `${dir.path}/state`;
  await mkdir(folder);
  await writeFile(`${folder}/a.json`, '1');
  const told = watched(`${folder}/a.json`);
  await told(() => rm(folder, { recursive: true }));
  await told(async () => {
    await mkdir(folder);
    await writeFile(`${folder}/a.json`, '2');
  });
});
