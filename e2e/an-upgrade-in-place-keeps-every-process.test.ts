import { appendFile, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand, startCommand } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { afterTest, newWorld, ROOT, type World } from './support/world.ts';

interface Ps {
  supervisor: { pid: number } | null;
  instances: {
    id: string;
    pid: number;
    verdict: string;
    supervised: { restarts: number; incarnation: number; adopted: boolean };
  }[];
}

const ps = async (world: World) => (await world.polygate('ps', '--json')).json<Ps>();
const pids = ({ instances }: Ps) => instances.map(({ id, pid }) => `${id} ${pid}`);

async function setUp(count: number): Promise<{ world: World; profiles: string[] }> {
  const world = await newWorld();
  const profiles = Array.from({ length: count }, (_, i) => `p${i}`);
  for (const profile of profiles) {
    const { code, stderr } = await world.zero('--profile', profile, 'setup');
    expect(code, stderr).toBe(0);
  }
  afterTest(() => world.polygate('supervisor', 'stop'));
  return { world, profiles };
}

/** The installed command, as a copy that a test may change. */
async function copyOfTheCommand(world: World): Promise<string> {
  const place = world.at('installed');
  await mkdir(path.join(place, 'dist'), { recursive: true });
  await cp(path.join(ROOT, 'packages/cli/bin'), path.join(place, 'bin'), { recursive: true });
  await cp(path.join(ROOT, 'packages/cli/dist/bundle'), path.join(place, 'dist/bundle'), { recursive: true });
  await symlink(path.join(ROOT, 'packages/cli/package.json'), path.join(place, 'package.json'));
  return path.join(place, 'bin/polygate.cjs');
}

describe('polygate supervisor reload', () => {
  it('hands ten gateways to the code that is on the disk now: no pid changes, none is started again', async () => {
    const { world } = await setUp(10);
    const entry = await copyOfTheCommand(world);
    const polygate = (...args: string[]) => world.run([process.execPath, entry, ...args]);
    const up = await polygate('up', '-d', '--wait', '--json');
    expect(up.code, up.stdout + up.stderr).toBe(0);
    const before = await ps(world);
    expect(before.instances).toHaveLength(10);
    // The same code: only settings are read again.
    expect((await polygate('supervisor', 'reload')).stdout).toBe('Nothing has changed.\n');
    expect((await ps(world)).supervisor?.pid).toBe(before.supervisor?.pid);
    // Another one has come onto the disk.
    await appendFile(entry, '\n// newer\n');
    const renewed = await polygate('supervisor', 'reload', '--json');
    expect(renewed.code, renewed.stderr).toBe(0);
    const after = await ps(world);
    expect(after.supervisor?.pid).not.toBe(before.supervisor?.pid);
    expect(pids(after)).toEqual(pids(before));
    for (const { supervised } of after.instances)
      expect(supervised).toMatchObject({ restarts: 0, incarnation: 1, adopted: true });
    await untilPs(world, ({ instances }) => instances.every(({ verdict }) => verdict === 'healthy'));
    // The one before is gone, and the new one does what it is there for.
    expect(await commandOf(before.supervisor?.pid)).toBe('');
    process.kill(after.instances[0]?.pid as number, 'SIGKILL');
    await untilPs(world, ({ instances }) => instances[0]?.supervised.restarts === 1 && instances[0].verdict === 'healthy');
  }, 120_000);

  it('goes on as it was when the new one does not come up, and says why', async () => {
    const { world } = await setUp(2);
    const entry = await copyOfTheCommand(world);
    const polygate = (...args: string[]) => world.run([process.execPath, entry, ...args]);
    await polygate('up', '-d', '--wait');
    const before = await ps(world);
    const settings = world.at('.config/polygate/instances/zero/p1.json');
    const text = await readFile(settings, 'utf8');
    await writeFile(settings, text.replace('{', '{ "probes": 7,'));
    const refused = await polygate('supervisor', 'reload', '--renew', '--json');
    expect([refused.code, refused.json()]).toMatchObject([1, { error: { code: 'SUPERVISOR_NOT_RENEWED' } }]);
    expect(refused.stdout).toContain('p1.json');
    await writeFile(settings, text);
    // Code that cannot even be loaded.
    await writeFile(path.join(path.dirname(entry), '../dist/bundle/broken.cjs'), 'throw new Error("half an upgrade")');
    const main = path.join(path.dirname(entry), '../dist/bundle/main.cjs');
    const code = await readFile(main, 'utf8');
    await writeFile(main, `if (process.env.POLYGATE_SUCCEEDS) require('./broken.cjs');\n${code}`);
    expect((await polygate('supervisor', 'reload', '--renew', '--json')).json()).toMatchObject({
      error: { code: 'SUPERVISOR_NOT_RENEWED' },
    });
    // One that dies when it has taken all of them over: the one before takes them back.
    const dies = "require('node:net').Server.prototype.listen = () => process.exit(5);";
    await writeFile(main, `if (process.env.POLYGATE_SUCCEEDS) ${dies}\n${code}`);
    const late = await polygate('supervisor', 'reload', '--renew', '--json');
    expect([late.code, late.json()]).toMatchObject([1, { error: { code: 'SUPERVISOR_NOT_RENEWED' } }]);
    const after = await ps(world);
    expect(after.supervisor).toMatchObject({ pid: before.supervisor?.pid });
    expect(pids(after)).toEqual(pids(before));
    expect(after.instances.map(({ supervised }) => supervised.restarts)).toEqual([0, 0]);
  }, 120_000);

  it('leaves the terminal what it had: signals and the exit code go through the one that was started there', async () => {
    const { world } = await setUp(2);
    const up = startCommand(world.command('up', 'p0', 'p1'), { env: world.env, cwd: world.home });
    afterTest(() => up.stop('SIGKILL'));
    await up.readUntil(/INSTANCE[\s\S]*zero\/p1 +healthy/);
    const before = await ps(world);
    expect(before.supervisor?.pid).toBe(up.pid);
    expect((await world.polygate('supervisor', 'reload', '--renew')).code).toBe(0);
    const after = await ps(world);
    expect(pids(after)).toEqual(pids(before));
    expect(after.supervisor?.pid).not.toBe(up.pid);
    process.kill(up.pid, 'SIGINT');
    expect(await up.exited).toEqual({ code: 0, signal: null });
    expect((await ps(world)).supervisor).toBeNull();
    for (const { pid } of before.instances) expect(await commandOf(pid)).toBe('');
  });

  it('is refused where none runs', async () => {
    const world = await newWorld();
    const none = await runCommand([...world.command('supervisor', 'reload', '--json')], { env: world.env, cwd: world.home });
    expect([none.code, none.json()]).toMatchObject([3, { error: { code: 'SUPERVISOR_NOT_RUNNING' } }]);
  });
});

/** '' when it has ended, also while nobody has asked for its exit code yet. */
const commandOf = (pid: number | undefined) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');

async function untilPs(world: World, holds: (seen: Ps) => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; ; ) {
    const seen = await ps(world);
    if (holds(seen)) return;
    if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(seen, null, 2)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
