import { appendFile, mkdir, open, rename, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { nodeHost } from '@polygate/host';
import { logSystem, rotate } from '@polygate/supervisor';
import { describe, expect, it } from 'vitest';
import { newWorld, ROOT, type World } from './support/world.ts';
import { writingChild } from './support/writing-child.ts';

const MINUTE = 60_000;
const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * MINUTE).toISOString();
const entry = (time: string, msg: string) => `${JSON.stringify({ level: 'info', time, msg })}\n`;
const words = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').at(-1));

/** Profiles with a logs folder each. */
async function worldWith(...profiles: string[]): Promise<World & { log(profile: string, name?: string): string }> {
  const world = await newWorld();
  for (const profile of profiles) {
    await world.zero('--profile', profile, 'setup');
    await mkdir(world.at(`.zero-${profile}/logs`), { recursive: true });
  }
  return { ...world, log: (profile, name = 'console.log') => world.at(`.zero-${profile}/logs/${name}`) };
}

describe('logs of several instances', () => {
  it('come by time, each with its name; console lines without a time stay behind the line before them', async () => {
    const world = await worldWith('main', 'rescue');
    await writeFile(world.log('main', 'gateway-2026-01-01.log'), entry(at(9), 'one') + entry(at(5), 'four'));
    await writeFile(world.log('rescue'), `${at(8)} two\n  three\n${at(4)} five\nsix`);
    const all = await world.zero('logs', '--all');
    expect(words(all.stdout)).toEqual(['one', 'two', 'three', 'four', 'five', 'six']);
    expect(all.stdout).toMatch(/^zero\/main {3}\| .*one\nzero\/rescue \| .*two\nzero\/rescue \| {3}three\n/);
    expect(words((await world.zero('logs', 'main', 'rescue', '--limit', '3')).stdout)).toEqual(['four', 'five', 'six']);
    expect(words((await world.zero('logs', '--all', '--since', '6m')).stdout)).toEqual(['four', 'five', 'six']);
    expect(words((await world.zero('logs', 'rescue', '--since', at(6))).stdout)).toEqual(['five', 'six']);

    const json = await world.zero('logs', '--all', '--json');
    const lines = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter(({ type }) => type === 'meta').map(({ instance, source }) => [instance, source])).toEqual([
      ['zero/main', 'gateway'],
      ['zero/rescue', 'console'],
    ]);
    expect(lines.find(({ raw }) => raw === '  three')).toMatchObject({ type: 'raw', instance: 'zero/rescue', source: 'console' });
    expect(lines.find(({ message }) => message === 'four')).toMatchObject({ type: 'log', instance: 'zero/main', level: 'info' });
  });

  it('of a program of another make are what it printed, also by its profile alone', async () => {
    const world = await worldWith('main');
    await writeFile(world.log('main'), 'hello\nfrom a program\n');
    expect((await world.zero('--profile', 'main', 'logs')).stdout).toBe('hello\nfrom a program\n');
    await writeFile(world.log('main', 'gateway-2026-01-01.log'), entry(at(1), 'own'));
    expect(words((await world.zero('logs', 'main')).stdout)).toEqual(['own']);
    expect(words((await world.zero('logs', 'main', '--console')).stdout)).toContain('program');
  });

  it('refuse what makes no sense', async () => {
    const world = await worldWith('main');
    for (const args of [
      ['--since', 'yesterday'],
      ['main', '--all'],
      ['--all', '--url', 'ws://127.0.0.1:1'],
    ]) {
      const { code, stdout } = await world.zero('logs', ...args, '--json');
      expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'OPTION_INVALID' } }]);
    }
    expect((await world.zero('logs', 'nobody', '--json')).stdout).toContain('PROFILE_UNKNOWN');
  });

  it('are followed through turns while the program writes as fast as it can: every line once, in order', async () => {
    const world = await worldWith('main', 'rescue');
    const log = world.log('main');
    await writeFile(log, 'begin\n', { mode: 0o600 });
    await writeFile(world.log('rescue'), 'quiet\n');
    const follow = world.start('logs', 'main', 'rescue', '--follow', '--interval', '20', '--json');
    await follow.readUntil(/begin/);
    const { processes } = nodeHost();
    const argv = [process.execPath, path.join(ROOT, 'fixtures/programs/writes-lines.mjs'), '60000', 'stumble', 'gate'];
    const { pid, exited } = await writingChild(argv, { log, cwd: world.home });
    const { stamp = '' } = (await processes.info(pid)) ?? {};
    let ended = false;
    void exited.then(() => (ended = true));
    let turns = 0;
    const system = { ...logSystem(processes, 'linux'), now: () => 0 };
    while (!ended) {
      const outcome = await rotate({ path: log, keep: 100 }, { pid, stamp }, system, { mayPause: () => !ended });
      if (outcome === 'rotated') turns += 1;
      if (turns > 0) await writeFile(world.at('gate'), '');
      await system.breathe();
    }
    await appendFile(log, 'half of the ');
    await appendFile(log, 'last\n');
    await follow.readUntil(/half of the last/);
    // Between two processes the log itself is moved; and somebody may empty it.
    await rename(log, `${log}.200`);
    await appendFile(log, 'anew\n');
    await follow.readUntil(/anew/);
    follow.kill('SIGINT');
    expect((await follow.exited).code).toBe(0);
    const lines = follow.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { raw?: string; instance: string });
    const raw = lines.flatMap((line) => (line.raw && line.instance === 'zero/main' ? [line.raw] : []));
    expect(turns).toBeGreaterThan(0);
    expect(raw.length).toBe(60_003);
    expect(raw.slice(1, -2).findIndex((line, i) => Number(line.slice(0, 9)) !== i || line.length !== 99)).toBe(-1);
  });

  it('go on after somebody emptied them', async () => {
    const world = await worldWith('main');
    await writeFile(world.log('main'), 'a long line from before\n');
    const follow = world.start('logs', 'main', '--follow', '--interval', '20');
    await follow.readUntil(/from before/);
    await truncate(world.log('main'), 0);
    await follow.readUntil(/from before/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await appendFile(world.log('main'), 'after\n');
    await follow.readUntil(/after/);
    follow.kill('SIGINT');
    expect((await follow.exited).code).toBe(0);
  });

  it('cost no more when they have a gigabyte', async () => {
    const world = await worldWith('small', 'large', 'timed');
    const peak = world.at('peak.mjs');
    await writeFile(peak, "process.on('exit', () => process.stderr.write(`peak ${process.resourceUsage().maxRSS}\n`));");
    const run = async (...args: string[]) => {
      const { stdout, stderr } = await world.run(world.command('logs', ...args), { NODE_OPTIONS: `--import=${peak}` });
      return { last: words(stdout), kilobytes: Number(/peak (\d+)/.exec(stderr)?.[1]) };
    };
    await writeFile(world.log('small'), `${at(1)} end\n`);
    // A hole: a gigabyte to read, nothing on the disk.
    await truncate(await touched(world.log('large')), 2 ** 30);
    await appendFile(world.log('large'), `\n${at(1)} end\n`);
    const timed = await open(world.log('timed'), 'w');
    const chunk = (minutesAgo: number) => `${at(minutesAgo)} ${'x'.repeat(75)}\n`.repeat(10_000);
    for (let i = 0; i < 128; i += 1) await timed.write(chunk(1000 - i));
    await timed.write(`${at(1)} end\n`);
    await timed.close();

    const small = await run('small');
    const large = await run('large');
    const since = await run('timed', '--since', '5m');
    expect([small.last.at(-1), large.last.at(-1), since.last]).toEqual(['end', 'end', ['end']]);
    for (const { kilobytes } of [large, since]) expect(kilobytes).toBeLessThan(small.kilobytes + 48 * 1024);
    // All of it, by time, is not held either.
    const all = await run('timed', '--since', '30d', '--limit', '1');
    expect(all.last).toEqual(['end']);
    expect(all.kilobytes).toBeLessThan(small.kilobytes + 96 * 1024);
  });
});

async function touched(file: string): Promise<string> {
  await writeFile(file, '');
  return file;
}
