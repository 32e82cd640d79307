import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { NPM_FOLDER } from './support/installed.ts';
import { runWindows } from './support/windows.ts';
import { afterTest, type WindowsWorld, windowsWorld } from './support/world.ts';

const ZERO = `${NPM_FOLDER}\\node_modules\\polygate\\bin\\zero.cjs`;

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
interface SupervisorStatus {
  supervisor: { pid: number };
  socket: string;
}

const statusOf = async (world: WindowsWorld) => (await world.zero('supervisor', 'status', '--json')).json<SupervisorStatus>();
/** What the one behind a pipe answers to "hello"; asked by Node alone, without the command. */
const hello = async (world: WindowsWorld, pipe: string) => {
  const script = `require('node:net').connect(process.argv[1]).on('connect', function () { this.write('{"v":1,"id":1,"op":"hello"}\\n'); })
.on('data', function (data) { process.stdout.write(data); this.destroy(); }).on('error', ({ code }) => process.stdout.write(code));`;
  return (await world.run(['C:\\node\\node.exe', '-e', script, pipe])).stdout;
};
const kill = (world: WindowsWorld, pid: number) =>
  runWindows(['C:\\windows\\system32\\taskkill.exe', '/F', '/PID', String(pid)], { env: world.env });

describe('the supervisor on Windows', () => {
  it('runs two in the background, restarts one that dies, stops each in good order, and ends', async () => {
    const world = await fleet('main', 'rescue');
    expect((await world.zero('up', '--detach')).code).toBe(0);
    const before = await until(world, healthy);
    expect(before.map(({ id }) => id)).toEqual(['zero/main', 'zero/rescue']);
    const { socket, supervisor } = await statusOf(world);
    expect(socket).toMatch(/^\\\\\.\\pipe\\polygate-[0-9a-f]{16}$/);
    expect(JSON.parse(await hello(world, socket))).toMatchObject({ id: 1, ok: true, result: { pid: supervisor.pid } });
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
    expect(await hello(world, socket)).toBe('ENOENT');
  });

  it('is one of its account and folder: a second one is refused, or asks the first; that of another account has a pipe of its own', async () => {
    const [world, other] = [await fleet('main'), await fleet('main')];
    for (const each of [world, other]) expect((await each.zero('up', '--detach')).code).toBe(0);
    const [first, second] = [await statusOf(world), await statusOf(other)];
    expect(second.socket).not.toBe(first.socket);
    expect(second.supervisor.pid).not.toBe(first.supervisor.pid);
    const refused = await world.zero('up', 'main', '--json');
    expect(JSON.parse(refused.stdout)).toMatchObject({
      error: { code: 'SUPERVISOR_RUNNING', details: { pid: first.supervisor.pid } },
    });
    expect(refused.code).toBe(75);
    const asked = (await world.zero('up', '--detach', 'main', '--json')).json<SupervisorStatus>();
    expect(asked.supervisor.pid).toBe(first.supervisor.pid);
    // Another folder of the same account is another set-up.
    const trial = { ...world.env, POLYGATE_HOME: world.at('trial') };
    await mkdir(world.file('trial'), { recursive: true });
    const elsewhere = await world.run(['C:\\node\\node.exe', ZERO, 'ps', '--json'], trial);
    expect(elsewhere.json()).toMatchObject({ supervisor: null, instances: [] });
  });

  it('that is killed leaves its gateways running, and the next one takes them over', async () => {
    const world = await fleet('main');
    await world.zero('up', '--detach');
    const [before] = await until(world, healthy);
    const { supervisor } = await statusOf(world);
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
    const { supervisor } = await statusOf(world);
    await kill(world, supervisor.pid);
    expect((await world.zero('down')).stdout).toContain('what it had left running is stopped: zero/main');
    expect(await readFile(world.file('.zero-main', 'logs', 'console.log'), 'utf8')).toMatch(/stopped\s*$/);
  });

  it('is the manager where no other one is asked for: install, status, restart, uninstall', async () => {
    const world = await fleet('main');
    const main = (...args: string[]) => world.zero('--profile', 'main', 'gateway', ...args);
    const install = () => main('install', '--manager', 'builtin', '--json');
    let installed = await install();
    // It waits for 30 s, which Wine on a busy machine may need for the start alone; what goes on is waited for again.
    for (let again = 0; again < 5 && /"verdict": "(starting|unresponsive)"/.test(installed.stdout); again += 1) installed = await install();
    expect(installed.code, installed.stdout + installed.stderr).toBe(0);
    expect((await main('health')).code).toBe(0);
    expect((await install()).stdout).toContain('already-installed');
    expect((await main('uninstall')).code).toBe(0);
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
    const args = ['a b', 'c&d', 'e^f', 'g"h', '!i!', 'j\\', '(k)', 'é漢', ';,=', '<l>|m'];
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

  it('refuses a word that cmd would not hand to a batch file as it is, before anything is started', async () => {
    const world = await windowsWorld();
    await writeFile(world.file('run me.cmd'), '@echo off\r\necho %* > "%~dp0ran"\r\n');
    const batch = `"${world.at('run me.cmd')}"`;
    const { code, stdout } = await world.zero('--profile', 'main', 'setup', '--program', `${batch} 100% "a b"`, '--json');
    expect(code).toBe(78);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'PROGRAM_NOT_EXECUTABLE',
        message: expect.stringContaining('argument 1, "100%", has a percent sign'),
        hint: expect.stringContaining('name what the batch file runs'),
      },
    });
    // Written into the settings by hand, and taken by a program that is none.
    const settings = world.file('AppData', 'Roaming', 'polygate', 'Config', 'instances', 'zero', 'main.json');
    expect((await world.zero('--profile', 'main', 'setup', '--program', 'C:\\node\\node.exe "a b" 100%')).code).toBe(0);
    expect(JSON.parse(await readFile(settings, 'utf8'))).toMatchObject({
      program: { command: ['C:\\node\\node.exe', 'a b', '100%'] },
    });
    await writeFile(settings, JSON.stringify({ version: 1, program: { command: [world.at('run me.cmd'), '%PATH%'] } }));
    const up = await world.zero('up', '--detach', 'main', '--json');
    expect(JSON.parse(up.stdout)).toMatchObject({ error: { code: 'PROGRAM_NOT_EXECUTABLE' } });
    await expect(readFile(world.file('ran'), 'utf8')).rejects.toThrow('ENOENT');
  });
});

async function read(file: string): Promise<{ args: string[]; pid: number }> {
  for (const end = Date.now() + 60_000; ; await delay(50)) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('}')) return JSON.parse(text) as { args: string[]; pid: number };
    if (Date.now() > end) throw new Error(`${path.basename(file)} was never written`);
  }
}
