import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tempDir, unless, whyNoUnlinkOfOpen } from '@polygate/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchTree } from './watch-tree.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let end: (() => void) | undefined;
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  end?.();
  await dir.remove();
});

/** Watches a directory; what it gives makes a change again and again, till one is told: the watch may begin any moment. */
function watched(root: string) {
  let tell: () => void = () => {};
  end = watchTree(root, () => tell());
  return async (change: (turn: number) => Promise<unknown>) => {
    let told = false;
    const isTold = new Promise<void>((resolve) => {
      tell = () => {
        told = true;
        resolve();
      };
    });
    for (let turn = 0; !told; turn += 1) {
      await change(turn);
      await Promise.race([isTold, new Promise((resolve) => setTimeout(resolve, 250))]);
    }
  };
}

it('tells of what is written, moved and removed, in directories that were there and in new ones', async () => {
  const root = `${dir.path}/root`;
  await mkdir(`${root}/sub/deep`, { recursive: true });
  const tells = watched(root);
  await tells((turn) => writeFile(`${root}/a.txt`, String(turn)));
  await tells((turn) => writeFile(`${root}/sub/deep/b.txt`, String(turn)));
  await mkdir(`${root}/new/er`, { recursive: true });
  await tells((turn) => writeFile(`${root}/new/er/c.txt`, String(turn)));
  await tells(async (turn) => {
    await writeFile(`${root}/sub/${turn}`, '');
    await rename(`${root}/sub/${turn}`, `${root}/sub/x${turn}`);
  });
  await tells(async (turn) => {
    await writeFile(`${root}/sub/${turn}`, '');
    await rm(`${root}/sub/${turn}`);
  });
});

const title = 'waits for a directory that is not there, and finds it again';
it.skipIf(whyNoUnlinkOfOpen !== undefined)(unless(whyNoUnlinkOfOpen, title), async () => {
  const root = `${dir.path}/root`;
  const tells = watched(root);
  await tells((turn) => mkdir(`${root}/${turn}`, { recursive: true }));
  await rm(root, { recursive: true });
  await tells(async (turn) => {
    await mkdir(root, { recursive: true });
    await writeFile(`${root}/again`, String(turn));
  });
});

it('says nothing of hidden names and of node_modules', async () => {
  await mkdir(`${dir.path}/node_modules`);
  await mkdir(`${dir.path}/.git`);
  let told = 0;
  end = watchTree(dir.path, () => {
    told += 1;
  });
  for (const name of ['node_modules/x', '.git/x', '.swp']) await writeFile(`${dir.path}/${name}`, '');
  // Several times what a change takes to be told.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(told).toBe(0);
});
