import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ProfileChange } from '@polygate/core/profiles';
import { modeTold, tempDir } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../instances/open.ts';
import { updateLedger } from '../instances/record.ts';
import { nodeHost } from '../node/host.ts';
import type { Files, Folders, Host } from '../ports.ts';
import { polygateFolders } from '../store/folders.ts';
import { type LedgerEntry, withEntry } from '../store/ledger.ts';
import { carryOutChange, finishChange } from './carry-out.ts';
import { changePath, readUnfinished, refuseUnfinished } from './unfinished.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let host: Host;
let folders: Folders;
const at = (...parts: string[]) => path.join(dir.path, ...parts);

beforeEach(async () => {
  dir = await tempDir();
  host = { ...nodeHost(), env: { POLYGATE_HOME: dir.path }, cwd: dir.path };
  folders = polygateFolders(host);
});
afterEach(() => dir.remove());

/** The world that a command would find on this host. */
const on = (machine: Host): Promise<World> => openWorld(machine);

const entry = (profile: string): LedgerEntry => ({
  ...{ product: 'zero', profile, stateDir: at(`.zero-${profile}`), configPath: at(`.zero-${profile}/zero.json`) },
  ...{ workspace: at(`zero-${profile}`), port: 18_789, cdp: {}, createdAt: '2026-01-31T00:00:00.000Z' },
});

async function before(): Promise<void> {
  await mkdir(at('.zero-a'));
  await mkdir(at('zero-a'));
  await writeFile(at('.zero-a/zero.json'), 'old');
  await writeFile(at('.zero-a/sessions'), 'kept');
  await writeFile(at('zero-a/AGENTS.md'), 'kept');
  await writeFile(at('settings-a'), 's');
  await updateLedger(await openWorld(host), async (ledger) => ({ ledger: withEntry(ledger, entry('a')), result: undefined }));
}

const rename = (): ProfileChange => ({
  ...{ version: 1, kind: 'rename', title: 'rename of zero/a to zero/b', command: 'polygate profiles rename zero/a b' },
  concerns: ['zero/a', 'zero/b'],
  steps: [
    { do: 'move', from: at('zero-a'), to: at('zero-b') },
    { do: 'move', from: at('.zero-a'), to: at('.zero-b') },
    { do: 'write', path: at('.zero-b/zero.json'), mode: 0o600, content: 'new' },
    { do: 'write', path: at('settings-b'), mode: 0o600, content: 's' },
    { do: 'remove', path: at('settings-a') },
  ],
  ledger: { drop: { product: 'zero', stateDir: at('.zero-a') }, put: entry('b') },
  after: [],
});

const removal = (): ProfileChange => ({
  ...rename(),
  ...{ kind: 'remove', title: 'removal of zero/a', concerns: ['zero/a'] },
  steps: [
    { do: 'move', from: at('.zero-a'), to: at('.zero-a.removed-1') },
    { do: 'move', from: at('zero-a'), to: at('zero-a.removed-1') },
    { do: 'remove', path: at('settings-a') },
  ],
  ledger: { drop: { product: 'zero', stateDir: at('.zero-a') } },
  after: [at('.zero-a.removed-1'), at('zero-a.removed-1')].map((each) => ({ do: 'removeTree', path: each })),
});

/** Everything that is there, with the ledger. */
async function everything() {
  const found: Record<string, string> = {};
  for (const name of (await readdir(dir.path, { recursive: true })).sort()) {
    if (name.startsWith('.polygate')) continue;
    if ((await stat(at(name))).isFile()) found[name.replaceAll(path.sep, '/')] = await readFile(at(name), 'utf8');
  }
  return { found, known: (await openWorld(host)).ledger.instances.map(({ profile, stateDir }) => [profile, stateDir]) };
}

const AFTER_RENAME = () => ({
  found: { '.zero-b/sessions': 'kept', '.zero-b/zero.json': 'new', 'settings-b': 's', 'zero-b/AGENTS.md': 'kept' },
  known: [['b', at('.zero-b')]],
});

/** A host whose files stop working at the nth thing that changes something, and for good: what SIGKILL leaves behind. */
function killedAt(n: number): { host: Host; happened(): boolean } {
  let left = n;
  const dying =
    <A extends unknown[], R>(action: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      left -= 1;
      if (left < 0) throw new Error('killed');
      return action(...args);
    };
  const real = host.files;
  const files: Files = {
    ...real,
    write: dying(real.write),
    remove: dying(real.remove),
    trees: {
      ...real.trees,
      move: dying(real.trees.move),
      remove: dying(real.trees.remove),
      removeEmpty: dying(real.trees.removeEmpty),
    },
  };
  return { host: { ...host, files }, happened: () => left < 0 };
}

describe('a change of a profile', () => {
  it('is carried out, and leaves no record', async () => {
    await before();
    expect(await carryOutChange(await on(host), rename())).toEqual({ warnings: [] });
    expect(await everything()).toEqual(AFTER_RENAME());
    expect(await readUnfinished(host, folders)).toBeUndefined();
    expect(await finishChange(await on(host))).toBeUndefined();
  });

  it('is written down privately while it goes on', async () => {
    await before();
    await carryOutChange(await on(killedAt(2).host), rename()).catch(() => undefined);
    expect((await stat(changePath(host, folders))).mode & 0o777).toBe(modeTold(0o600));
    expect(await readUnfinished(host, folders)).toEqual(rename());
  });

  it.each([
    ['rename', rename, AFTER_RENAME],
    ['removal', removal, () => ({ found: {}, known: [] })],
  ])('killed at any step of a %s, is finished by the next command, and nothing is lost', async (_, change, after) => {
    let kills = 0;
    for (let n = 0; ; n += 1) {
      await dir.remove();
      await mkdir(dir.path);
      await before();
      const start = await everything();
      const killed = killedAt(n);
      await carryOutChange(await on(killed.host), change()).catch((error: Error) => {
        if (!/killed/.test(error.message)) throw error;
      });
      // A deletion of what was put aside is told, and not the end.
      if (!killed.happened()) break;
      kills += 1;
      const finished = await finishChange(await on(host));
      expect(await everything(), `killed at ${n}`).toEqual(finished ? after() : start);
      expect(await readUnfinished(host, folders)).toBeUndefined();
    }
    expect(kills).toBeGreaterThan(5);
  });

  it('is taken back as a whole when a step fails', async () => {
    await before();
    const start = await everything();
    await writeFile(at('settings-b'), 'in the way');
    const change = rename();
    change.steps.push({ do: 'move', from: at('settings-b'), to: at('zero-b') });
    await expect(carryOutChange(await on(host), change)).rejects.toThrow('it is there already');
    expect(await everything()).toEqual({ ...start, found: { ...start.found, 'settings-b': 'in the way' } });
    expect(await readUnfinished(host, folders)).toBeUndefined();
  });

  it('keeps the instances that it is about from being used half way, and no others', () => {
    const change = rename();
    expect(() => refuseUnfinished(change, 'zero/A')).toThrow('not finished: rename of zero/a to zero/b');
    refuseUnfinished(change, 'zero/c');
    refuseUnfinished(undefined, 'zero/a');
  });

  it('is refused when its record is damaged', async () => {
    await mkdir(folders.data, { recursive: true });
    for (const text of ['{', '{"version":1}', '{"version":1,"steps":{},"title":"x"}']) {
      await writeFile(changePath(host, folders), text);
      await expect(readUnfinished(host, folders), text).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
    }
  });
});
