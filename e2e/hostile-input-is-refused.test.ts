import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Finished, HOSTILE_CONFIGS, HOSTILE_NAMES, HOSTILE_PACKS } from '@polygate/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { newWorld, ROOT, type World } from './support/world.ts';

interface Failure {
  ok: false;
  error: { code: string; message: string };
}

const AT_ONCE = 4;

/** Every path below the home directory with a digest of what is there: equal trees are equal byte by byte. */
async function treeOf(world: World): Promise<string[]> {
  const entries = await readdir(world.home, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry) => {
    const file = path.join(entry.parentPath, entry.name);
    const digest = entry.isFile()
      ? createHash('sha256')
          .update(await readFile(file))
          .digest('hex')
      : 'no file';
    return `${path.relative(world.home, file)} ${digest}`;
  });
  return (await Promise.all(lines)).sort();
}

/** Runs the bodies a few at a time, in order. */
async function all<T, R>(items: readonly T[], body: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < items.length; i += AT_ONCE)
    results.push(...(await Promise.all(items.slice(i, i + AT_ONCE).map((item, j) => body(item, i + j)))));
  return results;
}

/** The first of each kind. */
const oneForEach = <T>(items: readonly T[], kindOf: (item: T) => string): T[] =>
  items.filter((item, i) => items.findIndex((other) => kindOf(other) === kindOf(item)) === i);

/** What a command said of its refusal; anything else than one JSON document of a failure is told as it is. */
function refusal(ran: Finished): string {
  if (ran.stderr !== '') return `stderr: ${ran.stderr}`;
  const { ok, error } = ran.json<Failure>();
  return `${ran.code} ${ok} ${error.code} ${error.message}`;
}

/** Fails with every input that was not refused as it must be. */
function expectRefused(rows: readonly (readonly [what: string, ran: Finished, begins: string, said: string])[]): void {
  const wrong = rows.flatMap(([what, ran, begins, said]) => {
    const got = refusal(ran);
    return got.startsWith(begins) && got.includes(said) ? [] : [`${what}: ${got}`];
  });
  expect(wrong).toEqual([]);
}

describe('hostile input', () => {
  let sound: Record<string, never>;
  beforeAll(async () => {
    sound = JSON.parse(await readFile(path.join(ROOT, 'templates/products/zero.json'), 'utf8'));
  });

  it('is at least sixty ways of it', () => {
    expect(HOSTILE_NAMES.length + HOSTILE_PACKS.length + HOSTILE_CONFIGS.length).toBeGreaterThanOrEqual(60);
  });

  it('is refused with its code and its exit code, and nothing is written', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');

    const packs = await all(HOSTILE_PACKS, async ([, change], i) => {
      const pack =
        typeof change === 'string' ? change : JSON.stringify(change({ ...sound, id: 'evil', command: 'evil' } as never));
      await writeFile(world.at(`pack-${i}.json`), pack);
      return world.at(`pack-${i}.json`);
    });
    const configs = await all(HOSTILE_CONFIGS, async ([, text], i) => {
      await mkdir(world.at(`.zero-c${i}`));
      await writeFile(world.at(`.zero-c${i}/zero.json`), text.replace('{config}', 'zero.json'));
      await writeFile(world.at(`.zero-c${i}/ring.json`), '{"$include":"./zero.json"}');
      return `c${i}`;
    });
    const before = await treeOf(world);

    const named = await all(HOSTILE_NAMES, ([name]) => world.zero(`--profile=${name}`, 'setup', '--json'));
    expectRefused(
      HOSTILE_NAMES.map(([name, reason], i) => [
        JSON.stringify(name.slice(0, 40)),
        named[i] as Finished,
        '2 false PROFILE_NAME_INVALID ',
        reason,
      ]),
    );

    const packed = await all(packs, (file) => world.polygate('--product-file', file, '--product', 'evil', 'setup', '--json'));
    expectRefused(
      HOSTILE_PACKS.map(([what, , said], i) => [what, packed[i] as Finished, '78 false PRODUCT_PACK_INVALID ', said]),
    );

    const each = HOSTILE_CONFIGS.map(([what, , said], i) => ({ what, said, profile: configs[i] as string }));
    for (const command of [['setup'], ['gateway'], ['gateway', 'install', '--dry-run']]) {
      // The reading is one for all: what follows the first has to refuse too, for each reason once.
      const some = command[0] === 'setup' ? each : oneForEach(each, ({ said }) => said);
      const ran = await all(some, ({ profile }) =>
        world.zero('--profile', profile, ...command, '--program', 'reference', '--json'),
      );
      expectRefused(
        some.map(({ what, said }, i) => [`${command.join(' ')}: ${what}`, ran[i] as Finished, '78 false CONFIG_INVALID ', said]),
      );
    }
    expect(await treeOf(world)).toEqual(before);
  });

  it('in a place of the environment is refused like an option', async () => {
    const world = await newWorld();
    const usable = HOSTILE_NAMES.filter(([name]) => name.trim() === name && name !== '');
    const names = oneForEach(usable, ([, reason]) => reason);
    const ran = await all(names, ([name]) => world.run(world.command('setup', '--json'), { ZERO_PROFILE: name }));
    expectRefused(
      names.map(([name, reason], i) => [name.slice(0, 40), ran[i] as Finished, '2 false PROFILE_NAME_INVALID ', reason]),
    );
    expect(await treeOf(world)).toEqual([]);
  });

  it('that would be waited for, or never ends, is not opened', async (context) => {
    if (process.platform === 'win32') context.skip('pipes and devices are no files there');
    const world = await newWorld();
    await mkdir(world.at('.zero-pipe'));
    expect((await world.run(['mkfifo', world.at('.zero-pipe/zero.json'), world.at('pack.json')])).code).toBe(0);
    expectRefused([
      [
        'a config that is a pipe',
        await world.zero('--profile', 'pipe', 'setup', '--program', 'reference', '--json'),
        '78 false CONFIG_INVALID ',
        'is not a regular file',
      ],
      [
        'a pack that is a pipe',
        await world.zero('--product-file', world.at('pack.json'), 'paths', '--json'),
        '78 false PRODUCT_PACK_INVALID ',
        'is not a regular file',
      ],
      [
        'a pack that never ends',
        await world.zero('--product-file', '/dev/zero', 'paths', '--json'),
        '78 false PRODUCT_PACK_INVALID ',
        'is not a regular file',
      ],
    ]);
  });

  it('in a config does not keep anybody from looking: paths and profiles tell what they did not read', async () => {
    const world = await newWorld();
    await mkdir(world.at('.zero-deep'));
    await writeFile(world.at('.zero-deep/zero.json'), '['.repeat(100_000));
    const paths = await world.zero('--profile', 'deep', 'paths', '--json');
    expect(paths.code).toBe(0);
    expect(paths.json<{ ignoredConfig: string[] }>().ignoredConfig).toEqual(['is nested more than 64 levels deep']);
    const listed = await world.zero('profiles', 'list', '--json');
    expect([listed.code, listed.json<{ instances: unknown[] }>().instances.length]).toEqual([0, 1]);
  });
});
