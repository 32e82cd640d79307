import { existsSync } from 'node:fs';
import { readFile, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OnTerminal, whyNoTerminal } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { fixtureProgram } from './support/programs.ts';
import { endWith, psOf, settings } from './support/supervised.ts';
import { afterTest, newWorld, type World } from './support/world.ts';

const quick = { kind: 'ladder', periodSeconds: 0.2, timeoutSeconds: 1, failureThreshold: 3 };
const QUICK = { probes: { startup: { periodSeconds: 0.1 }, readiness: quick, liveness: quick } };
/** Is up once it listens: for programs that speak nothing. */
const LISTENS = { probes: { startup: { kind: 'tcp' }, readiness: false, liveness: false } };

const settingsFile = (world: World, profile: string) => world.at('.config/polygate/instances/zero', `${profile}.json`);
const consoleLog = (world: World, profile: string) => readFile(world.at(`.zero-${profile}/logs/console.log`), 'utf8');

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A world with profiles that are run by programs of fixtures/programs, with these settings. */
async function runAll(all: Record<string, [name: string, change: Record<string, unknown>]>): Promise<World> {
  const world = await newWorld();
  endWith(world);
  for (const [profile, [name, change]] of Object.entries(all)) {
    const line = fixtureProgram(name)
      .map((word) => `"${word}"`)
      .join(' ');
    expect(await world.zero('--profile', profile, 'setup', '--program', line)).toMatchObject({ code: 0 });
    await settings(world, profile, change);
  }
  return world;
}

const runBy = (name: string, change: Record<string, unknown> = {}) => runAll({ main: [name, change] });

describe('an external program', () => {
  it('is kept by its whole path, and runs with what its instance says, and nothing of the caller', async () => {
    const world = await runBy('speaks.mjs', QUICK);
    const { program } = JSON.parse(await readFile(settingsFile(world, 'main'), 'utf8'));
    expect(program).toEqual({ command: fixtureProgram('speaks.mjs') });
    world.env.SECRET_OF_THE_CALLER = 'leaks';
    expect(await world.zero('up', 'main', '-d', '--wait')).toMatchObject({ code: 0 });
    const { pid, verdict } = await psOf(world, 'zero/main');
    expect(verdict).toBe('healthy');
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    expect(environment).toContain(`ZERO_STATE_DIR=${world.at('.zero-main')}`);
    expect(environment).not.toContain('SECRET_OF_THE_CALLER');
    expect(await readlink(`/proc/${pid}/fd/0`)).toBe('/dev/null');
    expect(await readlink(`/proc/${pid}/fd/1`)).toBe(world.at('.zero-main/logs/console.log'));
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toMatch(/speaks\.mjs\0--port\0\d+\0$/);
  });

  it('that wedges while no supervisor looks has its liveness budget from the next one, not its startup budget', async () => {
    const { readiness, liveness } = QUICK.probes;
    const world = await runBy('wedges.mjs', { probes: { readiness, liveness }, stop: { timeoutSeconds: 0.5 } });
    await world.zero('up', 'main', '-d', '--wait');
    const { supervisor, instances } = (await world.zero('ps', '--json')).json<{
      supervisor: { pid: number };
      instances: { pid: number }[];
    }>();
    const pid = instances[0]?.pid as number;
    process.kill(supervisor.pid, 'SIGKILL');
    await expect.poll(() => isAlive(supervisor.pid), { timeout: 30_000 }).toBe(false);
    process.kill(pid, 'SIGUSR2');
    await expect.poll(() => consoleLog(world, 'main'), { timeout: 30_000 }).toContain('wedges: now');
    await world.zero('up', 'main', '-d');
    // By its liveness probe: the startup probe, which it has passed, would have waited for two minutes.
    await expect
      .poll(() => psOf(world, 'zero/main'), { timeout: 30_000, interval: 200 })
      .toMatchObject({ verdict: 'healthy', supervised: { deaths: [{ by: expect.stringMatching(/^liveness: /) }] } });
    expect((await psOf(world, 'zero/main')).pid).not.toBe(pid);
  });

  it('that starts slowly is left alone, that says 78 is parked, that leaves a grandchild on its port gets the port back', async () => {
    const world = await runAll({
      slow: ['slow-start.mjs', QUICK],
      fatal: ['exits-78.sh', {}],
      forks: ['forks-and-leaves-grandchildren.mjs', { ...LISTENS, restart: { loopDeaths: 3, firstDelaySeconds: 0.05 } }],
      wedges: ['wedges.mjs', { ...QUICK, stop: { timeoutSeconds: 0.5 } }],
      locked: [
        'speaks.mjs',
        { ...QUICK, program: { command: fixtureProgram('speaks.mjs'), environment: { SPEAKS_TOKEN: 'x' } } },
      ],
    });
    await world.zero('up', '-d');
    const becomes = (profile: string, row: object) =>
      expect.poll(() => psOf(world, `zero/${profile}`), { timeout: 30_000, interval: 200 }).toMatchObject(row);
    await becomes('fatal', { supervised: { state: 'parked', restarts: 0 } });
    await becomes('wedges', { verdict: 'healthy' });
    // That wedges is started anew, though it does not hear SIGTERM.
    const { pid } = await psOf(world, 'zero/wedges');
    process.kill(pid as number, 'SIGUSR2');
    await becomes('slow', { verdict: 'healthy', supervised: { deaths: [] } });
    await becomes('forks', { supervised: { state: 'parked' } });
    // One that refuses the secret from the start is not starting, and nobody waits for it.
    await becomes('locked', { verdict: 'unauthorized', supervised: { deaths: [] } });
    expect(await world.zero('up', 'locked', '-d', '--wait')).toMatchObject({ code: 77 });
    expect((await consoleLog(world, 'forks')).match(/listening on/g)).toHaveLength(3);
    expect(await consoleLog(world, 'forks')).not.toContain('EADDRINUSE');
    await becomes('wedges', {
      verdict: 'healthy',
      supervised: { deaths: [{ by: expect.stringMatching(/^liveness: /), signal: 'SIGKILL' }] },
    });
    expect((await psOf(world, 'zero/wedges')).pid).not.toBe(pid);
  });
});

/** Tells what it was given; ends with 5 when somebody types `end`. */
const TELLS = `const { argv, env } = process;
let interrupts = 0;
process.on('SIGINT', () => console.log('interrupts', ++interrupts));
process.stdin.on('data', (typed) => String(typed).includes('end') && process.exit(5)).on('end', () => process.exit(6));
console.log('given', argv.slice(1).join(' '), env.ZERO_PROFILE, env.ZERO_STATE_DIR, env.KEY_OF_THE_CALLER, env.ZERO_GATEWAY_PASSWORD ?? '');`;
const tells = { program: { command: [process.execPath, '-e', TELLS, '--'] } };

describe('an external program in the foreground', () => {
  it('is what `gateway` runs: with what was typed, in the environment of its instance over that of the caller', async () => {
    const world = await runBy('speaks.mjs', tells);
    // Of another profile, and of this one: the one is left out, the other is not needed.
    const env = { KEY_OF_THE_CALLER: 'a-key', ZERO_STATE_DIR: world.at('.zero-other'), ZERO_PROFILE: 'other' };
    const typed = ['--port', '23456', '--bind', 'loopback', '--verbose'];
    const ended = await world.run(world.command('--profile', 'main', 'gateway', ...typed), env);
    expect(ended.stdout).toBe(`given --port 23456 --bind loopback --verbose main ${world.at('.zero-main')} a-key \n`);
    expect(ended.stderr).toContain('zero/main runs');
    expect(ended.code).toBe(6);
    const asJson = await world.run(world.command('--profile', 'main', 'gateway', '--json'), env);
    expect(asJson).toMatchObject({ code: 6, stdout: '' });

    // A secret goes by a variable, as every account reads command lines; not one that its config would overrule.
    const secret = ['--password', 'a-typed-secret'];
    const told = await world.run(world.command('--profile', 'main', 'gateway', ...secret));
    expect(told.stdout).toMatch(/^given --port \d+ main \S+ undefined a-typed-secret\n$/);
    expect(told.stderr).not.toContain('a-typed-secret');
    const other = await world.zero('--profile', 'main', 'gateway', '--token', 'another-token', '--json');
    expect([other.code, other.json()]).toMatchObject([2, { error: { code: 'USAGE' } }]);
    expect(other.stdout + other.stderr).not.toContain('another-token');
  });

  it('hears signals, is known for what it is, and its end is the end of the command', async () => {
    const world = await runAll({ main: ['speaks.mjs', QUICK], other: ['speaks.mjs', QUICK] });
    // A supervisor that runs says no, and is left alone.
    await world.zero('up', 'other', '-d');
    const command = world.start('--profile', 'main', 'gateway');
    const pid = Number((await command.readUntil(/listening on \d+ \(pid (\d+)\)/))[1]);
    expect(pid).not.toBe(command.pid);
    command.kill('SIGHUP');
    await command.readUntil(/restarts in place/);
    const status = await world.zero('--profile', 'main', 'gateway', 'status', '--json');
    expect(status.json()).toMatchObject({ verdict: 'healthy', process: { pid } });
    for (const again of [
      ['--profile', 'main', 'gateway', '--json'],
      ['up', 'main', '-d', '--json'],
    ]) {
      const refused = await world.zero(...again);
      expect(refused.code).toBe(75);
      const message = expect.stringContaining(`pid ${pid}`);
      expect(refused.json()).toMatchObject({ error: { code: 'GATEWAY_ALREADY_RUNNING', message } });
    }
    const instead = world.start('--profile', 'main', 'gateway', '--force');
    expect(await command.exited).toEqual({ code: 0, signal: null });
    const next = Number((await instead.readUntil(/listening on \d+ \(pid (\d+)\)/))[1]);
    process.kill(next, 'SIGKILL');
    expect(await instead.exited).toEqual({ code: 137, signal: null });
  });

  it.skipIf(whyNoTerminal() !== undefined)('has the terminal: what is typed, and one interrupt for one Ctrl+C', async () => {
    const world = await runBy('speaks.mjs', tells);
    const terminal = OnTerminal.start(world.command('--profile', 'main', 'gateway'), { cwd: world.home, env: world.env });
    afterTest(() => terminal.stop('SIGKILL'));
    await terminal.readUntil(/given --port/);
    terminal.type('\x03');
    await terminal.readUntil(/interrupts 1/);
    terminal.type('end\n');
    expect(await terminal.exited).toMatchObject({ code: 5 });
    expect(terminal.stdout).not.toContain('interrupts 2');
  });

  it('that is Polygate once more is its own gateway', async () => {
    const world = await newWorld();
    const program = world
      .command('--profile', 'main', 'gateway', 'run')
      .map((word) => `"${word}"`)
      .join(' ');
    await world.zero('--profile', 'main', 'setup', '--program', program);
    const command = world.start('--profile', 'main', 'gateway');
    await command.readUntil(/listening on ws:/);
    expect(await command.stop()).toEqual({ code: 0, signal: null });
  });
});

describe.skipIf(process.platform !== 'linux')('limits', () => {
  it('of memory, open files and niceness hold for the program, under its own pid', async () => {
    const world = await runAll({
      main: ['eats-file-descriptors.mjs', { ...LISTENS, limits: { openFiles: 64, nice: 7 } }],
      eater: ['eats-memory.mjs', { ...LISTENS, limits: { maxMemory: '150M' } }],
    });
    await world.zero('up', '-d', '--wait');
    const { pid } = await psOf(world, 'zero/main');
    await expect.poll(() => consoleLog(world, 'main')).toMatch(/ate \d{2}: EMFILE/);
    expect((await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')[1]).toContain('eats-file-descriptors');
    const afterName = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1] ?? '';
    expect(afterName.split(' ')[16]).toBe('7');
    // Above its memory it is ended in good order, and started again.
    await expect
      .poll(async () => (await psOf(world, 'zero/eater')).supervised.deaths, { timeout: 40_000, interval: 500 })
      .toContainEqual(expect.objectContaining({ by: expect.stringMatching(/^memory: it has \d+ MB/), signal: 'SIGTERM' }));
  });

  it('that cannot be had are told', async () => {
    const world = await runBy('speaks.mjs', { ...QUICK, limits: { openFiles: 1000 } });
    const up = world
      .command('up', 'main', '-d', '--wait')
      .map((word) => `'${word}'`)
      .join(' ');
    expect(await world.run(['/bin/sh', '-c', `ulimit -n 500; exec ${up}`])).toMatchObject({ code: 0 });
    expect(await psOf(world, 'zero/main')).toMatchObject({
      supervised: { notes: [expect.stringMatching(/1000 is above what .* \(500\)/)] },
    });
  });
});

describe('what cannot be run', () => {
  it.each([
    ['does not exist', 'no-such-program gateway', 78, 'PROGRAM_NOT_FOUND'],
    ['is not at its path', '/nowhere/gateway run', 78, 'PROGRAM_NOT_FOUND'],
    ['is no program', `${path.sep}etc/passwd`, 78, 'PROGRAM_NOT_EXECUTABLE'],
    ['is a directory', '/usr', 78, 'PROGRAM_NOT_EXECUTABLE'],
    ['has an open quote', 'node "x', 2, 'OPTION_INVALID'],
    ['is nothing', '  ', 2, 'OPTION_INVALID'],
  ])('%s: nothing is made', async (_, line, code, name) => {
    const world = await newWorld();
    const failed = await world.zero('--profile', 'main', 'setup', '--json', '--program', line);
    expect(failed.code).toBe(code);
    expect(failed.json()).toMatchObject({ ok: false, error: { code: name } });
    expect(existsSync(world.at('.zero-main'))).toBe(false);
  });

  it('went away since: said before anything is started', async () => {
    const world = await runBy('speaks.mjs', { program: { command: ['/gone/away', 'run'] } });
    const failed = await world.zero('up', 'main', '-d', '--json');
    expect(failed.code).toBe(78);
    expect(failed.json()).toMatchObject({ error: { code: 'PROGRAM_NOT_FOUND', message: expect.stringContaining('/gone/away') } });
  });

  it('has settings that cannot be: every key and value, with the file', async () => {
    const world = await runBy('speaks.mjs', {
      probes: { startup: { kind: 'exec' }, liveness: { kind: 'tcp', successThreshold: 2 } },
    });
    const failed = await world.zero('up', 'main', '-d', '--json');
    expect(failed.code).toBe(78);
    const { error } = failed.json<{ error: { code: string; message: string } }>();
    expect(error.code).toBe('SETTINGS_INVALID');
    expect(error.message).toContain(settingsFile(world, 'main'));
    expect(error.message).toContain('probes.startup.command: is missing');
    expect(error.message).toContain('probes.liveness.successThreshold: is 2, and must be 1');
  });

  it('is told the same of supervisor.json', async () => {
    const world = await runBy('speaks.mjs');
    await writeFile(world.at('.config/polygate/supervisor.json'), '{"version":1,"defaults":{"limits":{"nice":50}}}');
    const failed = await world.zero('up', 'main', '-d', '--json');
    expect(failed.code).toBe(78);
    expect(failed.json()).toMatchObject({
      error: {
        code: 'SETTINGS_INVALID',
        message: expect.stringMatching(/supervisor\.json defaults\.limits\.nice: is 50, and must be at most 19/),
      },
    });
  });
});
