import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newWorld, ROOT, type World } from '../support/world.ts';

interface Ledger {
  version: number;
  instances: { profile: string; port: number }[];
}

const PRELOAD = path.join(ROOT, 'e2e/support/kill-at.mjs');
const DATA = '.local/share/polygate';
/** What the next command may take longer than others: it starts, looks who left the lock, and takes it. */
const BOUND_MS = 15_000;

/** Sets a profile up, watched; `at` is the number of the file operation in whose place it is killed. */
const watched = (world: World, profile: string, more: Record<string, string>) =>
  world.run(world.command('--profile', profile, 'setup', '--json'), {
    NODE_OPTIONS: `--import ${PRELOAD}`,
    KILL_BELOW: world.at(DATA),
    ...more,
  });

async function ledgerOf(world: World): Promise<Ledger | undefined> {
  const text = await readFile(world.at(DATA, 'ledger.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Ledger);
}
const profilesOf = (ledger: Ledger | undefined) => ledger?.instances.map((e) => e.profile).sort();

/** The file operations of one set-up below the data folder, in order. */
async function operations(world: World): Promise<string[]> {
  const list = world.at('operations');
  expect((await watched(world, 'counted', { KILL_LIST: list })).code).toBe(0);
  return (await readFile(list, 'utf8')).trim().split('\n');
}

describe('a set-up that is killed at any file operation on the ledger', () => {
  it('passes through every kind of operation that a write has', async () => {
    const done = (await operations(await newWorld())).map((line) => line.replace(/\d+[-.]\w+/g, 'N'));
    const write = ['open', 'writeFile', 'chmod', 'sync', 'close'].map((name) => `${name} .ledger.json.N`);
    const inOrder = [...write, 'rename .ledger.json.N', 'open .', 'sync .', 'close .'];
    expect(done.filter((line) => inOrder.includes(line))).toEqual(inOrder);
    expect(done).toContain('rename ledger.json.lock.N');
  });

  it.each([0, 1, 2, 3])(
    'leaves the old ledger or the new one, whole, and the next one works and tidies up (part %i of 4)',
    async (part) => {
      const world = await newWorld();
      const known = ['counted'];
      const count = (await operations(world)).length;
      expect(count).toBeGreaterThan(15);
      // From the second set-up on the folder is there, so there is no operation more than in the first.
      for (let at = 1 + part; at <= count; at += 4) {
        const about = `killed at operation ${at} of ${count}`;
        const before = await ledgerOf(world);
        const { signal, code } = await watched(world, `k${at}`, { KILL_AT: String(at) });
        if (code === 0) {
          known.push(`k${at}`);
          expect(at, about).toBeGreaterThan(count - 3);
          continue;
        }
        expect(signal, about).toBe('SIGKILL');
        const after = await ledgerOf(world);
        const isNew = after?.instances.length === (before?.instances.length ?? 0) + 1;
        expect(profilesOf(after), about).toEqual(isNew ? [...known, `k${at}`].sort() : profilesOf(before));
        if (isNew) known.push(`k${at}`);

        const start = performance.now();
        const next = await world.zero('--profile', `n${at}`, 'setup', '--json');
        expect(next.code, `${about}\n${next.stderr}`).toBe(0);
        expect(performance.now() - start, about).toBeLessThan(BOUND_MS);
        known.push(`n${at}`);
        expect(profilesOf(await ledgerOf(world)), about).toEqual(known.sort());
        expect(await readdir(world.at(DATA)), about).toEqual(['ledger.json']);
        expect((await stat(world.at(DATA, 'ledger.json'))).mode & 0o777, about).toBe(0o600);
      }
      const ports = (await ledgerOf(world))?.instances.map((e) => e.port) ?? [];
      expect(new Set(ports).size).toBe(ports.length);
    },
    120_000,
  );
});

describe('a set-up that is killed while it replaces a damaged ledger', () => {
  it.each([0, 1])('loses neither the damaged file nor an instance (part %i of 2)', async (part) => {
    const world = await newWorld();
    const file = world.at(DATA, 'ledger.json');
    const damage = async (text: string) => {
      await mkdir(world.at(DATA), { recursive: true });
      await writeFile(file, text);
    };
    await damage('damaged');
    const done = await operations(world);
    const moved = done.indexOf('rename ledger.json');
    expect(done.slice(moved, moved + 2)).toEqual(['rename ledger.json', expect.stringMatching(/^chmod ledger\.json\.corrupt-/)]);
    const known = ['counted'];
    // What comes before is the same as in every other set-up, and so is what comes after the new ledger is there.
    const last = done.findIndex((line, i) => i > moved && line.startsWith('rename .ledger.json')) + 2;
    for (let at = moved + part; at <= last; at += 2) {
      const about = `killed at operation ${at} (${done[at - 1]})`;
      await damage(`damaged before ${at}`);
      expect((await watched(world, `k${at}`, { KILL_AT: String(at) })).signal, about).toBe('SIGKILL');
      const next = await world.zero('--profile', `n${at}`, 'setup', '--json');
      expect(next.code, `${about}\n${next.stderr}`).toBe(0);
      const profiles = profilesOf(await ledgerOf(world)) ?? [];
      expect(profiles, about).toEqual(expect.arrayContaining([...known, `n${at}`]));
      known.push(`n${at}`);
      const names = (await readdir(world.at(DATA))).filter((name) => name !== 'ledger.json');
      expect(
        names.every((name) => name.startsWith('ledger.json.corrupt-')),
        `${about}: ${names}`,
      ).toBe(true);
      const texts = await Promise.all(names.map((name) => readFile(world.at(DATA, name), 'utf8')));
      expect(
        texts.filter((text) => text === `damaged before ${at}`),
        about,
      ).toHaveLength(1);
    }
  });
});

describe('a ledger that is lost or damaged', () => {
  it('is made anew from what is on disk, and that is said', async () => {
    const world = await newWorld();
    for (const profile of ['main', 'rescue']) expect((await world.zero('--profile', profile, 'setup')).code).toBe(0);
    const elsewhere = { ZERO_STATE_DIR: world.at('far/away'), ZERO_PROFILE: 'far' };
    expect((await world.run(world.command('setup'), elsewhere)).code).toBe(0);
    const before = await ledgerOf(world);
    const list = async () =>
      (await world.zero('profiles', 'list', '--json')).json<{ instances: { id: string; stateDir: string }[] }>();
    const listed = (await list()).instances;
    expect(listed.map((i) => i.id)).toEqual(['zero/far', 'zero/main', 'zero/rescue']);

    await rm(world.at(DATA, 'ledger.json'));
    expect((await list()).instances.map(({ id, stateDir }) => ({ id, stateDir }))).toEqual(
      listed.map(({ id, stateDir }) => ({ id, stateDir })),
    );
    await writeFile(world.at(DATA, 'ledger.json'), '{"version":1,"inst');
    const read = await world.zero('profiles', 'list', '--json');
    expect(read.stderr).toMatch(/^warning: the ledger .* is damaged/);
    expect(read.json<{ warnings: string[] }>().warnings).toEqual([expect.stringContaining('what is on disk counts instead')]);

    const wrote = await world.zero('--profile', 'fourth', 'setup', '--json');
    expect(wrote.stderr).toContain('it is kept as ');
    expect(wrote.json<{ warnings: string[] }>().warnings.join()).toContain('rebuilt from what is on disk (3 found)');
    const after = await ledgerOf(world);
    const plain = (ledger: Ledger | undefined) =>
      ledger?.instances.map((e) => ({ ...e, createdAt: '' })).sort((a, b) => a.profile.localeCompare(b.profile));
    expect(plain(after)?.filter((e) => e.profile !== 'fourth')).toEqual(plain(before));
    const kept = (await readdir(world.at(DATA))).filter((name) => name !== 'ledger.json');
    expect(kept).toEqual([expect.stringMatching(/^ledger\.json\.corrupt-\d{8}T\d{6}Z$/)]);
    expect(await readFile(world.at(DATA, kept[0] as string), 'utf8')).toBe('{"version":1,"inst');
    expect((await world.zero('profiles', 'list')).stderr).toBe('');
  });

  it('does not stop a set-up where it cannot be written, which says that no lease is recorded', async () => {
    const world = await newWorld();
    await mkdir(world.at('.local/share'), { recursive: true });
    await writeFile(world.at(DATA), 'in the way');
    const ports: number[] = [];
    for (const profile of ['a', 'b']) {
      const done = await world.zero('--profile', profile, 'onboard', '--non-interactive', '--json');
      const { warnings, instance } = done.json<{ warnings: string[]; instance: { ports: { gateway: number } } }>();
      expect([done.code, warnings]).toEqual([0, [expect.stringContaining('no lease could be recorded: ')]]);
      expect(done.stderr).toContain('warning: no lease could be recorded');
      ports.push(instance.ports.gateway);
    }
    expect(Math.abs((ports[0] as number) - (ports[1] as number))).toBeGreaterThan(110);
    expect((await world.zero('profiles', 'list', '--json')).json<{ instances: unknown[] }>().instances).toHaveLength(2);
  });
});
