import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand, unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { newWorld, type World } from './support/world.ts';

const BUILTIN = ['--manager', 'builtin'];

interface Change {
  action: string;
  result: string;
  message: string;
  pid?: number;
  warnings?: string[];
  kept?: string[];
  service: { manager: string; state: string; loaded: boolean };
}

/** A world, and what its crontab holds; undefined: nothing. */
async function place(): Promise<{ world: World; crontab: () => Promise<string | undefined> }> {
  const world = await newWorld();
  return { world, crontab: () => readFile(world.at('the-crontab'), 'utf8').catch(() => undefined) };
}

const healthz = async (port: number) => (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined))?.status;
const definitionPath = (world: World, name: string) => world.at(`.config/polygate/services/${name}.json`);

describe('a service of Polygate itself', () => {
  it('is installed, looked at, stopped, started and uninstalled by the same commands, with the same JSON', async () => {
    const { world, crontab } = await place();
    const zero = (...args: string[]) => world.zero('--profile', 'main', 'gateway', ...args, '--json');
    const installed = (await zero('install', ...BUILTIN)).json<Change>();
    expect(installed).toMatchObject({
      action: 'install',
      result: 'installed',
      service: { manager: 'builtin', label: 'Polygate', state: 'running', loaded: true },
    });
    expect(await healthz(world.firstPort)).toBe(200);
    expect((await stat(definitionPath(world, 'zero-gateway-main'))).mode & 0o777).toBe(0o644);
    const line = /^@reboot .* up --detach --installed >\/dev\/null # polygate: /;
    expect(await crontab()).toMatch(line);

    expect((await zero('install', ...BUILTIN)).json<Change>()).toMatchObject({ result: 'already-installed', drift: false });
    // From here on it is found by itself, whatever else this host has.
    expect((await zero('status')).json()).toMatchObject({
      verdict: 'healthy',
      service: { label: 'Polygate', loaded: true, runtime: { status: 'running', pid: installed.pid } },
      instance: { service: { manager: 'builtin', path: definitionPath(world, 'zero-gateway-main') } },
    });
    expect((await zero('stop')).json<Change>()).toMatchObject({ result: 'stopped', service: { state: 'stopped', loaded: true } });
    const stopped = await zero('status');
    expect([stopped.code, stopped.json()]).toMatchObject([3, { verdict: 'stopped' }]);
    expect((await zero('stop')).json<Change>()).toMatchObject({ result: 'not-loaded' });
    const started = (await zero('start')).json<Change>();
    expect(started).toMatchObject({ result: 'started', service: { state: 'running' } });
    const restarted = (await zero('restart')).json<Change>();
    expect(restarted.pid).not.toBe(started.pid);

    const gone = (await zero('uninstall')).json<Change>();
    expect(gone).toMatchObject({ result: 'uninstalled', service: { state: 'stopped', loaded: false } });
    expect(await healthz(world.firstPort)).toBeUndefined();
    expect(existsSync(definitionPath(world, 'zero-gateway-main'))).toBe(false);
    expect(await crontab()).toBeUndefined();
    // It had nothing else to look after.
    expect((await world.polygate('supervisor', 'status')).code).toBe(3);
    expect((await zero('uninstall')).json<Change>().message).toContain('not installed; nothing to do');
  });

  it('says what differs, leaves it alone, and replaces it with --force', async () => {
    const { world } = await place();
    const zero = (...args: string[]) => world.zero('--profile', 'main', 'gateway', ...args, '--json');
    const { pid } = (await zero('install', ...BUILTIN)).json<Change>();
    const port = String(world.firstPort + 40);
    const differs = (await zero('install', ...BUILTIN, '--port', port)).json<Change>();
    expect(differs).toMatchObject({ result: 'already-installed', drift: true, differences: [{ field: 'command' }, {}] });
    expect((await zero('install', ...BUILTIN, '--port', port, '--check')).code).toBe(1);
    expect(await healthz(world.firstPort)).toBe(200);
    const forced = (await zero('install', ...BUILTIN, '--port', port, '--force')).json<Change>();
    expect(forced).toMatchObject({ result: 'installed' });
    expect(forced.pid).not.toBe(pid);
    expect([await healthz(world.firstPort), await healthz(world.firstPort + 40)]).toEqual([undefined, 200]);
  });

  it('that does not come up is put back to nothing, and its own word is what is told', async () => {
    const { world, crontab } = await place();
    await world.zero('--profile', 'main', 'setup');
    const config = world.at('.zero-main/zero.json');
    const text = await readFile(config, 'utf8');
    await writeFile(config, text.replace('"local"', '"remote"'));
    const refused = await world.zero('--profile', 'main', 'gateway', 'install', ...BUILTIN, '--json');
    expect(refused.json()).toMatchObject({ ok: false, error: { code: 'SERVICE_NOT_HEALTHY' } });
    expect(refused.stdout).toContain('gateway.mode');
    expect(existsSync(definitionPath(world, 'zero-gateway-main'))).toBe(false);
    expect(await crontab()).toBeUndefined();
  });

  it('keeps every other line of the crontab, and its own while another service is left', async () => {
    const { world, crontab } = await place();
    const mine = '# mine\n15 3 * * * /usr/bin/backup --all # 100\\%\n';
    await writeFile(world.at('the-crontab'), mine);
    await world.zero('--profile', 'main', 'gateway', 'install', ...BUILTIN);
    // One that the supervisor runs already is run as a service from then on.
    await world.zero('--profile', 'rescue', 'setup');
    await world.zero('up', '-d', '--wait', 'rescue');
    expect(await world.zero('--profile', 'rescue', 'gateway', 'install', ...BUILTIN)).toMatchObject({ code: 0 });
    const both = await crontab();
    expect(both?.startsWith(mine)).toBe(true);
    expect(both?.split('\n')).toHaveLength(4);
    await world.zero('--profile', 'main', 'gateway', 'uninstall');
    expect(await crontab()).toBe(both);
    // What cron would run when the machine starts again.
    await world.polygate('supervisor', 'stop');
    const command = /^@reboot (.*)$/m.exec(both ?? '')?.[1]?.replaceAll('\\%', '%') ?? '';
    const booted = await runCommand(['/bin/sh', '-c', command], { env: { HOME: world.home, PATH: '/usr/bin:/bin' } });
    expect(booted.code, booted.stderr).toBe(0);
    expect((await world.zero('--profile', 'rescue', 'gateway', 'status', '--json')).json()).toMatchObject({
      verdict: expect.stringMatching(/healthy|starting/),
    });
    expect(await healthz(world.firstPort)).toBeUndefined();
    await world.zero('--profile', 'rescue', 'gateway', 'uninstall');
    expect(await crontab()).toBe(mine);
  });

  it('says so where there is no cron, and how to have it started all the same', async () => {
    const { world } = await place();
    await mkdir(world.at('bin'));
    await symlink(process.execPath, world.at('bin/node'));
    world.env.PATH = world.at('bin');
    const { warnings, service } = (
      await world.zero('--profile', 'main', 'gateway', 'install', ...BUILTIN, '--json')
    ).json<Change>();
    expect(warnings?.join()).toMatch(/does not start with the machine .*up --detach --installed/);
    expect(service).toMatchObject({ state: 'running', loaded: false });
  });

  it.skipIf(existsSync('/run/systemd/system'))(
    unless(
      existsSync('/run/systemd/system') ? 'this machine runs systemd' : undefined,
      'is what a host without systemd gets, said in one sentence',
    ),
    async () => {
      const { world } = await place();
      const { code, stderr } = await world.zero('--profile', 'main', 'gateway', 'install');
      expect(code).toBe(0);
      expect(stderr).toContain("this host has no systemd to install a service with; Polygate's own supervisor takes its place.");
      expect(stderr.match(/takes its place/g)).toHaveLength(1);
      const asked = await world.zero('--profile', 'other', 'gateway', 'install', '--manager', 'systemd-user', '--json');
      expect([asked.code, asked.json()]).toMatchObject([69, { error: { code: 'MANAGER_MISSING' } }]);
    },
  );

  it('is refused where another manager has a service of that name, and the other way round', async () => {
    const { world } = await place();
    const unit = world.at('.config/systemd/user/zero-gateway-main.service');
    await mkdir(path.dirname(unit), { recursive: true });
    await writeFile(unit, '[Service]\nExecStart=/bin/true\n');
    const refused = await world.zero('--profile', 'main', 'gateway', 'install', ...BUILTIN, '--json');
    expect(refused.json()).toMatchObject({ error: { code: 'SERVICE_IN_OTHER_SCOPE' } });
  });
});
