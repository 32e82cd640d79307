import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeHost } from '@polygate/host';
import { keepLogs, lastLine, logSystem, recover, rotate } from '@polygate/supervisor';
import { runCommand, tempDir } from '@polygate/testkit';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import { afterTest, ROOT } from '../support/world.ts';
import { writingChild } from '../support/writing-child.ts';

const { processes } = nodeHost();
// Never late: how fast this machine is now is not what is tested.
const system = { ...logSystem(processes, 'linux'), now: () => 0 };
const WRITER = path.join(ROOT, 'fixtures/programs/writes-lines.mjs');

/** A child that writes into a log of its own; ended with the test. */
async function child(argv: string[]) {
  const dir = await tempDir();
  afterTest(() => dir.remove());
  const log = path.join(dir.path, 'console.log');
  const env = { PATH: process.env.PATH };
  const { pid, exited } = await writingChild(argv, { log, cwd: dir.path, env });
  const { stamp = '' } = (await processes.info(pid)) ?? {};
  let ended = false;
  void exited.then(() => (ended = true));
  const kill = (signal: NodeJS.Signals) => ended || process.kill(-pid, signal);
  afterTest(async () => {
    kill('SIGKILL');
    await exited;
  });
  return { pid, stamp, log, exited, kill, hasEnded: () => ended, gate: () => writeFileSync(path.join(dir.path, 'gate'), '') };
}
const writer = (...args: string[]) => child([process.execPath, WRITER, ...args]);

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let i = 0; !holds(); i += 1) {
    if (i > 6_000) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const stateOf = (pid: number) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
const isStopped = (pid: number) => stateOf(pid) === 'T';
const logNames = (log: string) => readdirSync(path.dirname(log)).filter((name) => name.startsWith('console.log'));
const leftovers = (log: string) => logNames(log).filter((name) => !/^console\.log(\.\d+)?$/.test(name));

/** Every line of all files, the oldest first. */
function linesOf(log: string): string[] {
  const numbers = readdirSync(path.dirname(log)).flatMap((name) => /^console\.log\.(\d+)$/.exec(name)?.[1] ?? []);
  const older = numbers.map(Number).sort((a, b) => b - a);
  return [...older.map((n) => `${log}.${n}`), log].flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    expect(text === '' || text.endsWith('\n'), file).toBe(true);
    return text.split('\n').slice(0, -1);
  });
}

function expectAll(lines: string[], count: number): void {
  expect(lines.length).toBe(count);
  expect(lines.findIndex((line, i) => line !== `${String(i).padStart(9, '0')} ${'x'.repeat(89)}`)).toBe(-1);
}

describe('a log that is written as fast as a child can', () => {
  it.each([
    ['whole lines at a time', 'whole'],
    ['and never a whole line at a time', 'stumble'],
  ])('is turned over above 1 MB, and no line is lost, torn or doubled: %s', async (_, how) => {
    const { pid, stamp, log, exited, hasEnded, gate } = await writer('200000', how, 'gate');
    const place = { path: log, keep: 100 };
    const turnOver = () => rotate(place, { pid, stamp }, system, { mayPause: () => !hasEnded() });
    let turns = 0;
    while (!hasEnded()) {
      if (statSync(log).size > 2 ** 20 && (await turnOver()) === 'rotated') turns += 1;
      if (turns > 0) gate();
      await system.breathe();
    }
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(turns).toBeGreaterThan(0);
    expectAll(linesOf(log), 200_000);
    expect(leftovers(log)).toEqual([]);
    const modes = logNames(log).map((name) => statSync(path.join(path.dirname(log), name)).mode & 0o777);
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  it('costs the supervisor no memory', async () => {
    const { pid, stamp, log, hasEnded, gate } = await writer('200000', 'whole', 'gate');
    const report = { id: 'zero/main', up: { value: true }, wanted: { value: true }, state: 'ready', pid, stamp };
    const told: unknown[] = [];
    const spec = { id: 'zero/main', output: { path: log, maxBytes: 2 ** 20, keep: 100 } };
    const before = process.memoryUsage().rss;
    const keeper = keepLogs({ reports: () => [report as never] }, () => [spec], {
      ...{ system, tell: (event) => told.push(event), now: () => 0, everyMs: 5 },
    });
    let most = before;
    await until(() => {
      most = Math.max(most, process.memoryUsage().rss);
      if (existsSync(`${log}.1`)) gate();
      return hasEnded();
    }, 'the writer ends');
    await keeper.close();
    expect(existsSync(`${log}.1`)).toBe(true);
    expect(most - before).toBeLessThan(48 * 2 ** 20);
    expect(told).toEqual([]);
    expectAll(linesOf(log), 200_000);
  });
});

describe('a supervisor that is killed while it turns a log over', () => {
  it('leaves no child stopped and loses no line, whichever step it was at', async () => {
    const bundle = await tempDir();
    afterTest(() => bundle.remove());
    const program = path.join(bundle.path, 'turn-over.mjs');
    const bundled = await rolldown({
      input: path.join(ROOT, 'e2e/support/turn-over-and-die.ts'),
      platform: 'node',
      logLevel: 'warn',
    });
    await bundled.write({ file: program, format: 'esm', codeSplitting: false });
    await bundled.close();

    const stopped: number[] = [];
    /** True when the turn came to its end before this step. */
    const killedAt = async (step: number): Promise<boolean> => {
      const { pid, stamp, log, exited, kill } = await writer('paced');
      await until(() => statSync(log).size > 20_000, 'it writes');
      for (const number of [1, 2, 3]) writeFileSync(`${log}.${number}`, '', { mode: 0o600 });
      const run = await runCommand([process.execPath, program, log, String(pid), stamp, String(step)], { env: {} });
      const died = run.signal === 'SIGKILL';
      if (!died) expect(run.stdout, run.stderr).toMatch(/^rotated/);
      if (isStopped(pid)) stopped.push(step);
      await recover({ path: log, keep: 3 }, { pid, stamp }, system);
      expect(leftovers(log), `step ${step}`).toEqual([]);
      const size = statSync(log).size;
      await until(() => statSync(log).size > size, `it goes on after step ${step}`);
      kill('SIGTERM');
      await exited;
      const lines = linesOf(log);
      expect(lines.pop(), `step ${step}`).toBe(`END ${lines.length}`);
      expectAll(lines, lines.length);
      return !died;
    };
    let first = 1;
    for (let came = false; !came; first += 4) {
      came = (await Promise.all([0, 1, 2, 3].map((i) => killedAt(first + i)))).includes(true);
    }
    expect(first).toBeGreaterThan(20);
    // The test of the test: in some of these the child had been paused.
    expect(stopped.length).toBeGreaterThan(3);
  }, 240_000);
});

describe('the child of a log', () => {
  const never = { mayPause: () => true };

  it('is left alone when it is another one by now, is being stopped, or was stopped by somebody else', async () => {
    const { pid, stamp, log, kill } = await writer('paced');
    await until(() => statSync(log).size > 20_000, 'it writes');
    const place = { path: log, keep: 3 };
    const sent: unknown[] = [];
    const watched = { ...system, signal: (...args: [number, 'SIGSTOP' | 'SIGCONT']) => sent.push(args) as never };
    expect(await rotate(place, { pid, stamp: 'another' }, watched, never)).toBe('not-now');
    expect(await rotate(place, { pid, stamp }, watched, { mayPause: () => false })).toBe('not-now');
    kill('SIGSTOP');
    await until(() => isStopped(pid), 'it is stopped');
    expect(await rotate(place, { pid, stamp }, watched, never)).toBe('not-now');
    expect(await recover(place, { pid, stamp }, watched)).toBe(false);
    expect(isStopped(pid)).toBe(true);
    expect(sent).toEqual([]);
    expect(leftovers(log)).toEqual([]);
  });

  it('is paused with all that writes to its log, wherever that went', async () => {
    const stray = `process.title='x';require('node:child_process').spawn(process.execPath,[process.argv[1],'paced'],{detached:true,stdio:'inherit'});setInterval(()=>{},1e6)`;
    const { pid, stamp, log } = await child([process.execPath, '-e', stray, WRITER]);
    await until(() => existsSync(log) && statSync(log).size > 20_000, 'the stray writes');
    const [other = 0] = system.writers?.find(log, pid, new Set([pid])) ?? [];
    expect(other).toBeGreaterThan(1);
    expect(stateOf(other)).toBeDefined();
    let outcome = await rotate({ path: log, keep: 3 }, { pid, stamp }, system, never);
    while (outcome === 'behind') outcome = await rotate({ path: log, keep: 3 }, { pid, stamp }, system, never);
    expect(outcome).toBe('rotated');
    const size = statSync(log).size;
    await until(() => statSync(log).size > size, 'the stray goes on');
    process.kill(other, 'SIGTERM');
    await until(() => readFileSync(log, 'utf8').includes('END'), 'the stray ends');
    const lines = linesOf(log);
    expect(lines.pop()).toBe(`END ${lines.length}`);
    expectAll(lines, lines.length);
  });

  it('goes on undisturbed when the disk is full, which is said once', async () => {
    const { pid, stamp, log, hasEnded } = await writer('paced');
    await until(() => statSync(log).size > 20_000, 'it writes');
    const report = { id: 'zero/main', up: { value: true }, wanted: { value: true }, state: 'ready', pid, stamp };
    const full = () => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    };
    const told: { message: string }[] = [];
    const keeper = keepLogs(
      { reports: () => [report as never] },
      () => [{ id: 'zero/main', output: { path: log, maxBytes: 10_000, keep: 3 } }],
      { system: { ...system, fs: { ...system.fs, writeSync: full } }, tell: (event) => told.push(event), now: () => 0 },
    );
    await keeper.check();
    await keeper.check();
    await keeper.close();
    expect(told.map(({ message }) => message)).toEqual([expect.stringContaining('the disk is full')]);
    expect(leftovers(log)).toEqual([]);
    expect(existsSync(`${log}.1`)).toBe(false);
    const size = statSync(log).size;
    await until(() => statSync(log).size > size, 'it goes on');
    expect(hasEnded()).toBe(false);
  });
});

describe('between two processes', () => {
  it('the log itself is moved away, and its last words are still found', async () => {
    const { log, exited } = await writer('300');
    await exited;
    const keeper = keepLogs({ reports: () => [] }, () => [{ id: 'a/b', output: { path: log, maxBytes: 1000, keep: 2 } }], {
      ...{ system, tell: () => undefined, now: () => 0 },
    });
    afterTest(() => keeper.close());
    keeper.beforeStart('a/b');
    expect(existsSync(log)).toBe(false);
    expect(await lastLine(log, [])).toMatch(/^000000299 x/);
    writeFileSync(log, 'token=abcdefgh\n');
    truncateSync(log, 2 ** 30);
    writeFileSync(log, `\n${'next'}\n`, { flag: 'a' });
    expect(await lastLine(log, [])).toBe('next');
    expect(await lastLine(log, ['abcdefgh'], 15)).toBe('token=***');
  });
});
