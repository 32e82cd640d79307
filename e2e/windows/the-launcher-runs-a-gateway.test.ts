import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { untilHealthy } from './support/until-healthy.ts';
import { onLinux, startWindows } from './support/windows.ts';
import { afterTest, windowsWorld } from './support/world.ts';

/** A profile whose launcher lies where an install would have put it; it is started by the line that its task has. */
async function launcherOf(profile: string) {
  // ASCII: Wine reads a batch file in its own code page, whatever chcp says.
  const world = await windowsWorld({ account: 'ana (x) & co' });
  await world.zero('--profile', profile, 'setup');
  const install = ['gateway', 'install', '--dry-run', '--manager', 'task-scheduler', '--platform', 'win32', '--json'];
  const { plan } = (await world.zero('--profile', profile, ...install)).json<{
    plan: { files: { path: string; content: string }[] };
  }>();
  const launcher = plan.files.find(({ path: file }) => file.endsWith('.cmd'));
  const task = plan.files.find(({ path: file }) => file.endsWith('.xml'));
  if (!launcher || !task) throw new Error(`no launcher, or no task: ${JSON.stringify(plan)}`);
  await mkdir(path.dirname(onLinux(launcher.path)), { recursive: true });
  await writeFile(onLinux(launcher.path), launcher.content);
  const line = /<Arguments>--headless (.*)<\/Arguments>/
    .exec(task.content)?.[1]
    ?.replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
  const start = async () => {
    // Wine's conhost knows no window-less console with a program of its own.
    const program = await startWindows(`C:\\windows\\system32\\${line}`, { env: world.env, cwd: world.home });
    afterTest(() => program.end());
    return program;
  };
  const log = () => readFile(world.file(`.zero-${profile}`, 'logs', 'service.log'), 'utf8');
  return { world, start, log, stopFile: launcher.path.replace(/\.cmd$/, '.stop') };
}

it('a gateway is started by its launcher, started again when it is killed, and stays down when it is stopped', async () => {
  const { world, start, log, stopFile } = await launcherOf('main');
  const launcher = await start();
  const first = await untilHealthy(world, 'main');
  await world.run(['C:\\windows\\system32\\taskkill.exe', '/F', '/PID', String(first)]);
  const second = await untilHealthy(world, 'main', first);
  // As the plan of a stop does it: the mark, then the call.
  expect((await world.zero('--profile', 'main', 'gateway', 'shutdown', '--mark', stopFile)).code).toBe(0);
  await launcher.exited;
  expect(launcher.code).toBe(0);
  expect((await world.zero('--profile', 'main', 'gateway', 'status')).code).toBe(3);
  expect(await log()).toMatch(new RegExp(`pid ${first}[\\s\\S]*pid ${second}[\\s\\S]*stopped`));
  expect(await readdir(world.file('.zero-main'))).not.toContain('gateway.lock');

  // The next start is meant: the mark of the last stop is forgotten.
  const again = await start();
  await untilHealthy(world, 'main', second);
  expect(again.hasEnded).toBe(false);
});

it('a gateway whose configuration is fatal ends its launcher, with 78, at its first start', async () => {
  const { world, start, log } = await launcherOf('main');
  const config = world.file('.zero-main', 'zero.json');
  const { gateway, ...rest } = JSON.parse(await readFile(config, 'utf8')) as { gateway: { mode?: string } };
  await writeFile(config, JSON.stringify({ ...rest, gateway: { ...gateway, mode: undefined } }));
  const launcher = await start();
  await launcher.exited;
  expect(launcher.code, await log()).toBe(78);
  expect((await log()).match(/gateway\.mode/g)?.length).toBeGreaterThan(0);
  const { stdout } = await world.zero('--profile', 'main', 'gateway', 'status', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ process: null });
});
