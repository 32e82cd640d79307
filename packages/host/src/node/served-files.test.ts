import { execFileSync } from 'node:child_process';
import { link, mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tempDir, unless, whyNoUnlinkOfOpen } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { servedFiles } from './served-files.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
beforeEach(async () => {
  dir = await tempDir();
  await mkdir(`${dir.path}/root/sub/.hidden`, { recursive: true });
  await writeFile(`${dir.path}/root/a.txt`, 'in the root');
  await writeFile(`${dir.path}/root/sub/b.txt`, 'below');
  await writeFile(`${dir.path}/root/.secret`, 'hidden');
  await writeFile(`${dir.path}/root/sub/.hidden/c.txt`, 'below a hidden one');
  await writeFile(`${dir.path}/outside.txt`, 'outside');
});
afterEach(() => dir.remove());

/** What is served under these names: the text of a file, or what else it is. */
async function served(...names: string[]): Promise<string | undefined> {
  const found = await servedFiles(`${dir.path}/root`).open(names);
  if (found === undefined || found === 'directory') return found;
  const text = (await found.read(0, found.size)).toString();
  await found.close();
  return text;
}

describe('the files below a directory', () => {
  it('are read, and directories told', async () => {
    expect(await served('a.txt')).toBe('in the root');
    expect(await served('sub', 'b.txt')).toBe('below');
    expect(await served('sub')).toBe('directory');
    expect(await served()).toBe('directory');
    expect(await served('nothing')).toBeUndefined();
    expect(await served('a.txt', 'x')).toBeUndefined();
    expect(await served('x'.repeat(300))).toBeUndefined();
  });

  const title = 'are served as they are when they are opened, and told apart when they are replaced';
  it.skipIf(whyNoUnlinkOfOpen !== undefined)(unless(whyNoUnlinkOfOpen, title), async () => {
    const files = servedFiles(`${dir.path}/root`);
    const open = async () => {
      const found = await files.open(['a.txt']);
      if (!found || found === 'directory') throw new Error('no file');
      return found;
    };
    const before = await open();
    await rm(`${dir.path}/root/a.txt`);
    await writeFile(`${dir.path}/root/a.txt`, 'in the ROOT');
    const after = await open();
    expect((await before.read(0, before.size)).toString()).toBe('in the root');
    expect(after.tag).not.toBe(before.tag);
    await truncate(`${dir.path}/root/a.txt`, 2);
    expect((await after.read(0, after.size)).toString()).toBe('in');
    const parts: Buffer[] = [];
    for await (const part of before.stream(3, 5)) parts.push(part as Buffer);
    expect(Buffer.concat(parts).toString()).toBe('the');
    await after.close();
  });

  it('that are hidden, or lie below what is, are not served', async () => {
    expect(await served('.secret')).toBeUndefined();
    expect(await served('sub', '.hidden', 'c.txt')).toBeUndefined();
    expect(await served('sub', '.hidden')).toBeUndefined();
  });

  it('are followed by names that go up to nothing outside of it', async () => {
    expect(await served('..', 'outside.txt')).toBeUndefined();
    expect(await served('sub', '..', '..', 'outside.txt')).toBeUndefined();
    expect(await served('..')).toBeUndefined();
  });
});

describe.skipIf(process.platform === 'win32')('links', () => {
  it('are followed to what lies inside, and to nothing else', async () => {
    const at = (name: string) => `${dir.path}/root/${name}`;
    await symlink('a.txt', at('inside'));
    await symlink('../outside.txt', at('up'));
    await symlink('/etc/passwd', at('absolute'));
    await symlink('.secret', at('to-hidden'));
    await symlink('..', at('parent'));
    await symlink('sub', at('way'));
    await symlink('loop', at('loop'));
    await symlink('up', at('chain'));
    expect(await served('inside')).toBe('in the root');
    expect(await served('way', 'b.txt')).toBe('below');
    for (const name of ['up', 'absolute', 'to-hidden', 'parent', 'loop', 'chain'])
      expect([name, await served(name)]).toEqual([name, undefined]);
    expect(await served('parent', 'outside.txt')).toBeUndefined();
  });

  it('of the root itself lead to where the files are', async () => {
    await symlink('root', `${dir.path}/elsewhere`);
    const found = await servedFiles(`${dir.path}/elsewhere`).open(['a.txt']);
    expect(found).toMatchObject({ size: 11 });
    if (found && found !== 'directory') await found.close();
  });

  it('and pipes and sockets hold nobody up', async () => {
    execFileSync('mkfifo', [`${dir.path}/root/pipe`]);
    expect(await served('pipe')).toBeUndefined();
    // One file under two names is one file: who can make such a name could write it, too.
    await link(`${dir.path}/root/a.txt`, `${dir.path}/root/two`);
    expect(await served('two')).toBe('in the root');
  });
});
