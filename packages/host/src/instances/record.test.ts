import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isProblem, type Ledger, Problem, type ProblemCode } from '@polygate/core';
import { modeTold, privateMount, tempDir, unless, whyNoMount, whyNoSymlinks } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeHost } from '../node/host.ts';
import type { Host } from '../ports.ts';
import { type LedgerEntry, ledgerPath, withEntry } from '../store/ledger.ts';
import { openWorld } from './open.ts';
import { type Recorded, updateLedger } from './record.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let host: Host;
let file: string;

beforeEach(async () => {
  dir = await tempDir();
  host = { ...nodeHost(), env: { POLYGATE_HOME: dir.path }, cwd: dir.path };
  file = ledgerPath(host, (await openWorld(host)).folders);
});
afterEach(() => dir.remove());

const entry = (profile: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...{ product: 'zero', profile, stateDir: `/srv/${profile}`, configPath: `/srv/${profile}/zero.json` },
  ...{ workspace: `/srv/${profile}/w`, port: 18_789, cdp: {}, createdAt: '2026-01-31T00:00:00.000Z' },
  ...more,
});
const add = async (...entries: LedgerEntry[]): Promise<Recorded<number>> =>
  updateLedger(await openWorld(host), async (before) => {
    const ledger = entries.reduce(withEntry, before);
    return { ledger, result: ledger.instances.length };
  });
const names = ({ instances }: Ledger) => instances.map((e) => `${e.product}/${e.profile} ${e.port}`).sort();
const stored = async () => names(JSON.parse(await readFile(file, 'utf8')) as Ledger);
const around = async () => (await readdir(path.dirname(file))).sort();
const modeOf = async (at: string) => (await stat(at)).mode & 0o777;

async function put(at: string, content: unknown): Promise<void> {
  await mkdir(path.dirname(at), { recursive: true });
  await writeFile(at, typeof content === 'string' ? content : JSON.stringify(content));
}
/** An instance on disk. */
const config = (profile: string, port: number) =>
  put(path.join(dir.path, `.zero-${profile}`, 'zero.json'), { gateway: { mode: 'local', port } });

async function refused(action: Promise<unknown>): Promise<ProblemCode> {
  try {
    await action;
  } catch (error) {
    if (isProblem(error)) return error.code;
    throw error;
  }
  return expect.unreachable('it was not refused');
}

describe('updateLedger', () => {
  it('writes a private file, and nothing when nothing changed', async () => {
    expect(await add(entry('a'))).toEqual({ result: 1, warnings: [] });
    expect(await modeOf(file)).toBe(modeTold(0o600));
    const before = await stat(file);
    expect(await add()).toEqual({ result: 1, warnings: [] });
    expect((await stat(file)).ino).toBe(before.ino);
    expect(await around()).toEqual(['ledger.json']);
  });

  it('loses nothing when many change it at once', async () => {
    const world = await openWorld(host);
    const lease = (i: number) =>
      updateLedger(world, async (ledger) => {
        const port = Math.max(18_669, ...ledger.instances.map((e) => e.port)) + 120;
        return { ledger: withEntry(ledger, entry(`p${i}`, { port })), result: port };
      });
    const ports = (await Promise.all(Array.from({ length: 10 }, (_, i) => lease(i)))).map((r) => r.result);
    expect([...ports].sort()).toEqual(Array.from({ length: 10 }, (_, i) => 18_789 + i * 120));
    expect(await stored()).toHaveLength(10);
  });

  it('leaves the ledger as it was when a change fails', async () => {
    await add(entry('a'));
    await expect(updateLedger(await openWorld(host), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const denied = () => Promise.reject(new Problem('FILE_DENIED', { file: '/srv/x', action: 'create the directory' }));
    expect(await refused(updateLedger(await openWorld(host), denied))).toBe('FILE_DENIED');
    expect(await stored()).toEqual(['zero/a 18789']);
  });

  it('refuses the ledger of a newer polygate, for reading and writing, and leaves it', async () => {
    await put(file, { version: 3, instances: [], novelty: true });
    expect(await refused(openWorld(host))).toBe('FILE_FROM_FUTURE');
    const world = { ...(await openWorld({ ...host, env: { POLYGATE_HOME: path.join(dir.path, 'x') } })), host };
    const folders = { ...world.folders, data: path.dirname(file) };
    expect(await refused(updateLedger({ ...world, folders }, async (ledger) => ({ ledger, result: 0 })))).toBe(
      'FILE_FROM_FUTURE',
    );
    expect(await readFile(file, 'utf8')).toBe('{"version":3,"instances":[],"novelty":true}');
    expect(await around()).toEqual(['ledger.json']);
  });
});

describe('a ledger that is lost', () => {
  it('is made anew from what is on disk, without a word: that is how it begins', async () => {
    await config('rescue', 21_789);
    const world = await openWorld(host);
    expect([names(world.ledger), world.isRecorded, world.warnings]).toEqual([['zero/rescue 21789'], false, []]);
    expect(await add(entry('a'))).toEqual({ result: 2, warnings: [] });
    expect(await stored()).toEqual(['zero/a 18789', 'zero/rescue 21789']);
  });

  it('is the same as before when everything is on disk', async () => {
    await config('rescue', 21_789);
    await put(path.join(dir.path, '.zero-cdp', 'zero.json'), {
      gateway: { port: 22_789 },
      agents: { defaults: { workspace: '/srv/w' } },
      browser: { profiles: { work: { cdpPort: 22_801 } } },
    });
    await put(path.join(dir.path, 'far', 'zero.json'), { gateway: { port: 23_789 } });
    const { folders } = await openWorld(host);
    const far = path.join(dir.path, 'far');
    await put(path.join(folders.config, 'instances/zero/far.json'), { version: 1, stateDir: far });
    const { ledger } = await openWorld(host);
    expect(names(ledger)).toEqual(['zero/cdp 22789', 'zero/far 23789', 'zero/rescue 21789']);
    expect(ledger.instances.find((e) => e.profile === 'cdp')).toMatchObject({
      cdp: { work: 22_801 },
      workspace: path.resolve('/srv/w'),
    });
    expect(ledger.instances.find((e) => e.profile === 'far')).toMatchObject({
      stateDir: far,
      configPath: path.join(far, 'zero.json'),
    });
  });
});

describe('a ledger that is made from directories of others', () => {
  const has = async (file: string) => put(path.join(dir.path, file), { gateway: { port: 21_789 } });
  const made = async () => names((await openWorld(host)).ledger);

  it('has the instances of every product', async () => {
    for (const file of ['.openclaw/openclaw.json', '.ws-agent-a/ws-agent.json', '.clawdbot/moltbot.json']) await has(file);
    expect(await made()).toEqual(['moltbot/default 21789', 'openclaw/default 21789', 'ws-agent/a 21789']);
  });

  it('leaves open whose a directory is that a product may have from its predecessor', async () => {
    await has('.clawdbot/clawdbot.json');
    expect(await made()).toEqual([]);
    const { folders } = await openWorld(host);
    await put(path.join(folders.config, 'instances/clawdbot/default.json'), { version: 1 });
    expect(await made()).toEqual(['clawdbot/default 21789']);
  });
});

describe('a ledger that is damaged', () => {
  it.each([
    ['torn', '{"version": 1, "instances": ['],
    ['empty', ''],
    ['full of NUL', '\0\0\0'],
    ['of another shape', { version: 1, instances: [{ product: 'zero' }] }],
    ['with a port that is none', { version: 1, instances: [entry('a', { port: 70_000 })] }],
    ['of no version', { instances: [] }],
  ])('counts as what is on disk, and stays where it is while nobody writes: %s', async (_, content) => {
    await put(file, content);
    await config('rescue', 21_789);
    const before = await readFile(file, 'utf8');
    const world = await openWorld(host);
    expect(names(world.ledger)).toEqual(['zero/rescue 21789']);
    expect(world.warnings).toEqual([
      expect.stringMatching(/^the ledger .*ledger\.json is damaged: .*; what is on disk counts instead$/),
    ]);
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(await around()).toEqual(['ledger.json']);
  });

  it('is kept aside, private, each by its own name, and written anew', async () => {
    host = { ...host, clock: { ...host.clock, now: () => Date.UTC(2026, 0, 31, 12) } };
    await config('rescue', 21_789);
    for (const text of ['first', 'second', 'third']) {
      await put(file, text);
      const { warnings } = await add(entry('a'));
      expect(warnings).toEqual([
        expect.stringMatching(/is damaged: .*; it is kept as .*corrupt-20260131T120000Z(-\d)?, and rebuilt .* \(1 found\)$/),
      ]);
      expect(await stored()).toEqual(['zero/a 18789', 'zero/rescue 21789']);
    }
    const kept = (await around()).filter((name) => name !== 'ledger.json');
    expect(kept).toEqual(['', '-2', '-3'].map((n) => `ledger.json.corrupt-20260131T120000Z${n}`));
    const texts = await Promise.all(kept.map((name) => readFile(path.join(path.dirname(file), name), 'utf8')));
    expect(texts).toEqual(['first', 'second', 'third']);
    for (const name of [...kept, 'ledger.json']) expect(await modeOf(path.join(path.dirname(file), name))).toBe(modeTold(0o600));
  });

  it('is repaired also by a change that changes nothing', async () => {
    await config('rescue', 21_789);
    await put(file, 'x');
    expect((await add()).warnings).toHaveLength(1);
    expect(await stored()).toEqual(['zero/rescue 21789']);
    expect((await openWorld(host)).warnings).toEqual([]);
  });

  it.skipIf(whyNoSymlinks !== undefined)(
    unless(whyNoSymlinks, 'is kept where it lies when the ledger is a symlink'),
    async () => {
      await mkdir(path.dirname(file), { recursive: true });
      await put(path.join(dir.path, 'dotfiles', 'l.json'), 'x');
      await symlink(path.join(dir.path, 'dotfiles', 'l.json'), file);
      await add(entry('a'));
      expect(await stored()).toEqual(['zero/a 18789']);
      expect((await readdir(path.join(dir.path, 'dotfiles'))).length).toBe(2);
    },
  );
});

describe('where the ledger cannot be written', () => {
  it('goes on, and says that no lease is recorded', async () => {
    await put(path.dirname(file), 'a file in the way');
    const { result, warnings } = await add(entry('a'));
    expect([result, warnings]).toEqual([
      1,
      [expect.stringMatching(/^no lease could be recorded: cannot .*; ports were checked/)],
    ]);
  });

  it('goes on with a directory in the place of the file', async () => {
    await mkdir(file, { recursive: true });
    const world = await openWorld(host);
    expect(world.warnings).toEqual([expect.stringMatching(/it is a directory; what is on disk counts instead$/)]);
    expect((await add(entry('a'))).warnings).toEqual([
      expect.stringMatching(/^no lease could be recorded: .*it is a directory;/),
    ]);
  });

  const whyNot = whyNoMount();
  it.skipIf(whyNot !== undefined)(unless(whyNot, 'goes on in a read-only folder, with what the ledger there says'), async () => {
    await add(entry('kept'));
    const text = await readFile(file, 'utf8');
    const mount = await privateMount({
      mount: 'size=64k',
      prepare: `mkdir -p "$1/.polygate/data" && cat >"$1/.polygate/data/ledger.json" <<'END'\n${text}END`,
      remount: 'ro',
    });
    try {
      host = { ...host, env: { POLYGATE_HOME: mount.path } };
      const { result, warnings } = await add(entry('a'));
      expect([result, warnings]).toEqual([2, [expect.stringMatching(/^no lease could be recorded: may not create /)]]);
      expect(names((await openWorld(host)).ledger)).toEqual(['zero/kept 18789']);
    } finally {
      await mount.release();
    }
  });

  it.skipIf(whyNot !== undefined)(unless(whyNot, 'goes on when the disk is full, and the ledger stays whole'), async () => {
    const mount = await privateMount({ mount: 'size=32k', prepare: 'mkdir -p "$1/.polygate/data"' });
    try {
      host = { ...host, env: { POLYGATE_HOME: mount.path } };
      await add(entry('kept'));
      await add(entry('a'));
      const many = Array.from({ length: 200 }, (_, i) => entry(`p${i}`));
      expect((await add(...many)).warnings).toEqual([expect.stringMatching(/^no lease could be recorded: no space left/)]);
      expect(names((await openWorld(host)).ledger)).toEqual(['zero/a 18789', 'zero/kept 18789']);
    } finally {
      await mount.release();
    }
  });
});
