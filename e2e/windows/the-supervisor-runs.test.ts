import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runWindows } from './support/windows.ts';
import { afterTest, type WindowsWorld, windowsWorld } from './support/world.ts';

interface Row {
  id: string;
  verdict: string;
  pid: number | null;
}

async function fleet(...names: string[]) {
  const world = await windowsWorld();
  for (const name of names) await world.zero('--profile', name, 'setup');
  afterTest(() => world.zero('down'));
  return world;
}

const rows = async (world: WindowsWorld) => (await world.zero('ps', '--json')).json<{ instances: Row[] }>().instances;

/** Asks until it holds. */
async function until(world: WindowsWorld, holds: (all: Row[]) => boolean): Promise<Row[]> {
  for (const end = Date.now() + 120_000; ; await delay(200)) {
    const all = await rows(world);
    if (holds(all)) return all;
    if (Date.now() > end) throw new Error(`never came to hold: ${JSON.stringify(all)}`);
  }
}

const healthy = (all: Row[]) => all.length > 0 && all.every(({ verdict }) => verdict === 'healthy');
const kill = (world: WindowsWorld, pid: number) =>
  runWindows(['C:\\windows\\system32\\taskkill.exe', '/F', '/PID', String(pid)], { env: world.env });

describe('the supervisor on Windows', () => {
  it('runs two in the background, restarts one that dies, stops each in good order, and ends', async () => {
    const world = await fleet('main', 'rescue');
    expect((await world.zero('up', '--detach')).code).toBe(0);
    const before = await until(world, healthy);
    expect(before.map(({ id }) => id)).toEqual(['zero/main', 'zero/rescue']);
    await kill(world, before[0]?.pid as number);
    const after = await until(world, (all) => healthy(all) && all[0]?.pid !== before[0]?.pid);
    expect(after[1]?.pid).toBe(before[1]?.pid);
    expect((await world.zero('down', 'main')).stdout).toContain('zero/main is stopped');
    expect(await readFile(world.file('.zero-main', 'logs', 'console.log'), 'utf8')).toMatch(
      /stopping: the supervisor[\s\S]*stopped/,
    );
    expect((await world.zero('down')).code).toBe(0);
    expect(await readFile(world.file('.zero-rescue', 'logs', 'console.log'), 'utf8')).toMatch(/stopped\s*$/);
    expect((await rows(world)).map(({ pid }) => pid)).toEqual([null, null]);
  });

  it('that is killed leaves its gateways running, and the next one takes them over', async () => {
    const world = await fleet('main');
    await world.zero('up', '--detach');
    const [before] = await until(world, healthy);
    const { supervisor } = (await world.zero('supervisor', 'status', '--json')).json<{ supervisor: { pid: number } }>();
    await kill(world, supervisor.pid);
    expect((await world.zero('--profile', 'main', 'gateway', 'health')).code).toBe(0);
    await world.zero('up', '--detach');
    const [after] = await until(world, healthy);
    expect(after?.pid).toBe(before?.pid);
    await world.zero('down');
    expect((await world.zero('--profile', 'main', 'gateway', 'status')).code).toBe(3);
  });

  it('what a killed one left running is ended by down, in good order', async () => {
    const world = await fleet('main');
    await world.zero('up', '--detach');
    await until(world, healthy);
    const { supervisor } = (await world.zero('supervisor', 'status', '--json')).json<{ supervisor: { pid: number } }>();
    await kill(world, supervisor.pid);
    expect((await world.zero('down')).stdout).toContain('what it had left running is stopped: zero/main');
    expect(await readFile(world.file('.zero-main', 'logs', 'console.log'), 'utf8')).toMatch(/stopped\s*$/);
  });

  it('is the manager where no other one is asked for: install, status, restart, uninstall', async () => {
    const world = await fleet('main');
    const main = (...args: string[]) => world.zero('--profile', 'main', 'gateway', ...args);
    const installed = await main('install', '--manager', 'builtin', '--json');
    expect(installed.code, installed.stderr).toBe(0);
    expect((await main('health')).code).toBe(0);
    expect((await main('install', '--manager', 'builtin', '--json')).stdout).toContain('already-installed');
    expect((await main('uninstall', '--manager', 'builtin')).code).toBe(0);
    expect((await main('health')).code).toBe(3);
  });

  it('runs a batch file as the gateway, hands it every argument, and ends what that has started', async () => {
    const world = await fleet('main');
    const folder = world.at('my programs & more (x86)');
    await mkdir(world.file('my programs & more (x86)'), { recursive: true });
    const file = (name: string) => world.file('my programs & more (x86)', name);
    await writeFile(file('run me.cmd'), '@echo off\r\n"C:\\node\\node.exe" "%~dp0args.cjs" %*\r\n');
    await writeFile(
      file('args.cjs'),
      `const fs = require('node:fs');
fs.writeFileSync(__dirname + '/args.json', JSON.stringify({ args: process.argv.slice(2), pid: process.pid }));
setInterval(() => {}, 1000);`,
    );
    const args = ['a b', 'c&d', '100%', '%PATH%', 'e^f', 'g"h', '!i!', 'j\\', '(k)', 'é漢', ';,=', '<l>|m'];
    const settings = world.file('AppData', 'Roaming', 'polygate', 'Config', 'instances', 'zero', 'main.json');
    await writeFile(settings, JSON.stringify({ version: 1, program: { command: [`${folder}\\run me.cmd`, ...args] } }));
    const up = await world.zero('up', '--detach', 'main');
    expect(up.code, up.stderr).toBe(0);
    const told = await read(file('args.json'));
    expect(told.args.slice(0, args.length)).toEqual(args);
    await world.zero('down');
    const left = await runWindows(['C:\\windows\\system32\\tasklist.exe', '/FO', 'CSV', '/NH'], { env: world.env });
    expect(left.stdout).not.toContain(`"${told.pid}"`);
  });
});

async function read(file: string): Promise<{ args: string[]; pid: number }> {
  for (const end = Date.now() + 60_000; ; await delay(50)) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('}')) return JSON.parse(text) as { args: string[]; pid: number };
    if (Date.now() > end) throw new Error(`${path.basename(file)} was never written`);
  }
}
