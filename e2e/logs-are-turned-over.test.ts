import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { nodeHost } from '@polygate/host';
import { logSystem, rotate, spawnChild } from '@polygate/supervisor';
import { tempDir } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { afterTest, ROOT } from './support/world.ts';

const { processes } = nodeHost();
const system = logSystem(processes, 'linux');
const WRITER = path.join(ROOT, 'fixtures/programs/writes-lines.mjs');

/** A child that writes into a log of its own. */
async function writer(...args: string[]) {
  const dir = await tempDir();
  afterTest(() => dir.remove());
  const log = path.join(dir.path, 'console.log');
  const child = await spawnChild({
    ...{ id: 'zero/main', argv: [process.execPath, WRITER, ...args], env: { PATH: process.env.PATH }, cwd: dir.path },
    outputPath: log,
  });
  const { stamp = '' } = (await processes.info(child.pid)) ?? {};
  return { ...child, stamp, log };
}

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
    ['whole lines at a time', []],
    ['and never a whole line at a time', ['stumble']],
  ])('is turned over above 1 MB, and no line is lost, torn or doubled: %s', async (_, more) => {
    const { pid, stamp, log, exited } = await writer('200000', ...more);
    let ended = false;
    void exited.then(() => (ended = true));
    let turns = 0;
    while (!ended) {
      if (
        statSync(log).size > 2 ** 20 &&
        (await rotate({ path: log, keep: 100 }, { pid, stamp }, system, { mayPause: () => !ended })) === 'rotated'
      )
        turns += 1;
      await system.breathe();
    }
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(turns).toBeGreaterThan(1);
    expectAll(linesOf(log), 200_000);
    const files = readdirSync(path.dirname(log));
    expect(files.filter((name) => !/^console\.log(\.\d+)?$/.test(name))).toEqual([]);
    expect(new Set(files.map((name) => statSync(path.join(path.dirname(log), name)).mode & 0o777))).toEqual(new Set([0o600]));
  });
});
