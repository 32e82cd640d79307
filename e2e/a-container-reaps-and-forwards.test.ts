import { existsSync } from 'node:fs';
import path from 'node:path';
import { unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { startContained, whyNoPidNamespace } from './support/pid-namespace.ts';
import { newWorld, ROOT, type World } from './support/world.ts';

const reason = whyNoPidNamespace();
const INIT = path.join(ROOT, 'packages/cli/bin/init.sh');

const SHELLS = [
  { name: 'dash', shell: ['dash'], file: '/usr/bin/dash' },
  { name: 'bash', shell: ['bash'], file: '/usr/bin/bash' },
  { name: 'busybox', shell: ['busybox', 'sh'], file: '/usr/bin/busybox' },
];

/** Leaves orphans behind, and tells how many zombies are left a while after all of them have ended. */
const ORPHANS = `
const { spawn } = require('node:child_process');
const { readdirSync, readFileSync } = require('node:fs');
const processes = () => readdirSync('/proc').filter((n) => /^\\d+$/.test(n)).flatMap((n) => {
  try { return [readFileSync('/proc/' + n + '/stat', 'utf8')]; } catch { return []; }
});
let parents = 20;
for (let i = 0; i < 20; i += 1)
  spawn('sh', ['-c', 'sleep 0.1 & exit 0'], { stdio: 'ignore' }).on('exit', () => { parents -= 1; });
const look = () => {
  const left = processes().filter((s) => / \\((sleep|sh)\\) /.test(s) && !s.startsWith('1 '));
  if (parents > 0 || left.some((s) => !/\\) Z /.test(s))) return setTimeout(look, 20);
  const zombies = processes().filter((s) => /\\) Z /.test(s)).length;
  if (zombies > 0 && Date.now() < end) return setTimeout(look, 20);
  console.log('zombies ' + zombies + ', parent ' + process.ppid);
  process.exit(7);
};
const end = Date.now() + 5000;
look();
`;

/** Says each signal that it gets, and ends at TERM. */
const LISTENS = `
for (const name of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGTERM']) process.on(name, () => {
  console.log('got ' + name);
  if (name === 'SIGTERM') process.exit(9);
});
setInterval(() => undefined, 1000);
console.log('ready');
`;

async function inWorld(): Promise<{ world: World; options: { env: Record<string, string>; cwd: string } }> {
  const world = await newWorld();
  return { world, options: { env: world.env, cwd: world.home } };
}

describe.each(SHELLS)('the init that a container is given, under $name', ({ shell, file }) => {
  const why = reason ?? (existsSync(file) ? undefined : `there is no ${file}`);
  const node = (script: string) => [...shell, INIT, process.execPath, '-e', script];

  it.skipIf(why !== undefined)(unless(why, 'waits for every orphan, and ends with the code of its command'), async () => {
    const { options } = await inWorld();
    const { running } = startContained(node(ORPHANS), options);
    expect(await running.exited).toEqual({ code: 7, signal: null });
    expect(running.stdout).toBe('zombies 0, parent 1\n');
  });

  it.skipIf(why !== undefined)(unless(why, 'forwards signals, and waits for the end that they bring'), async () => {
    const { options } = await inWorld();
    const { running, init } = startContained(node(LISTENS), options);
    await running.readUntil(/ready/);
    const pid = await init(/init\.sh/);
    for (const name of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'] as const) {
      process.kill(pid, name);
      await running.readUntil(new RegExp(`got ${name}`));
    }
    expect(await running.exited).toEqual({ code: 9, signal: null });
  });

  it.skipIf(why !== undefined)(unless(why, 'ends with 128 and the number of the signal that ended its command'), async () => {
    const { options } = await inWorld();
    const { running, others } = startContained(node(`console.log('ready'); setInterval(() => undefined, 1000)`), options);
    await running.readUntil(/ready/);
    const [command] = others();
    process.kill(command?.pid as number, 'SIGKILL');
    expect(await running.exited).toEqual({ code: 137, signal: null });
  });

  it.skipIf(why !== undefined)(
    unless(why, 'ends with 127 when there is no such command, with 2 when none is named'),
    async () => {
      const { options } = await inWorld();
      expect((await startContained([...shell, INIT, '/no/such/command'], options).running.exited).code).toBe(127);
      expect((await startContained([...shell, INIT], options).running.exited).code).toBe(2);
    },
  );
});

describe('up as PID 1', () => {
  const replaces = 'execve' in process;

  it.skipIf(reason !== undefined)(
    unless(reason, 'becomes that init where Node can, else says what is not done and how to have it; TERM ends both in order'),
    async () => {
      const { world, options } = await inWorld();
      await world.zero('--profile', 'main', 'setup');
      const { running, init, others } = startContained(world.command('up', 'main'), options);
      await running.readUntil(/zero\/main.* is ready/);
      const pid = await init(replaces ? /init\.sh/ : /zero\.cjs/);
      if (replaces) expect(running.stderr).not.toContain('PID 1');
      else expect(running.stderr).toContain(`ENTRYPOINT ["/bin/sh","${INIT}","${process.execPath}",`);
      process.kill(pid, 'SIGTERM');
      expect((await running.exited).code).toBe(0);
      expect(running.stdout).toMatch(/zero\/main.* is stopped/);
      expect(others()).toEqual([]);
    },
  );

  it.skipIf(reason !== undefined)(
    unless(reason, 'of an older Node works as that sentence says: under the init that it names'),
    async () => {
      const { world, options } = await inWorld();
      await world.zero('--profile', 'main', 'setup');
      const { running, init } = startContained(['/bin/sh', INIT, ...world.command('up', 'main')], options);
      await running.readUntil(/zero\/main.* is ready/);
      expect(running.stderr).not.toContain('PID 1');
      process.kill(await init(/init\.sh/), 'SIGTERM');
      expect((await running.exited).code).toBe(0);
    },
  );
});
