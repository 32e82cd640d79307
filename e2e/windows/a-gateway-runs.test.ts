import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runWindows } from './support/windows.ts';
import { windowsWorld } from './support/world.ts';

async function withGateway() {
  const world = await windowsWorld();
  await world.zero('--profile', 'main', 'setup');
  const gateway = await world.start('--profile', 'main', 'gateway');
  await gateway.readUntil(/listening on/);
  return { world, gateway, main: (...args: string[]) => world.zero('--profile', 'main', 'gateway', ...args) };
}

describe('a gateway on Windows', () => {
  it('runs in the foreground, is healthy, is called, and ends in good order by a call', async () => {
    const { world, gateway, main } = await withGateway();
    const status = (await main('status', '--json')).json();
    expect(status).toMatchObject({ verdict: 'healthy', process: { pid: gateway.pid } });
    expect((status as { probe: { rungs: { ok: boolean }[] } }).probe.rungs.every(({ ok }) => ok)).toBe(true);
    expect((await main('health', '--json')).code).toBe(0);
    expect((await main('call', 'config.get', '--json')).stdout).toContain('zero.json');
    expect((await main('call', 'gateway.restart', '--json')).stdout).toContain('commands.restart is not true');
    await world.zero('--profile', 'main', 'config', 'set', 'commands.restart', 'true');
    await expect.poll(async () => (await main('call', 'gateway.restart', '--json')).code, { timeout: 60_000 }).toBe(0);
    await gateway.readUntil(/restarted in place/);

    // Started by hand: it is ended only when that is asked for.
    const refused = await main('stop', '--json');
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'GATEWAY_STILL_RUNNING', details: { pid: gateway.pid } } });
    expect((await main('stop', '--force')).code).toBe(0);
    await gateway.exited;
    expect(gateway.code).toBe(0);
    expect(gateway.stdout + gateway.stderr).toMatch(/stopping: gateway stop[\s\S]*stopped/);
    expect(await readdir(world.file('.zero-main'))).not.toContain('gateway.lock');
    expect((await main('status')).code).toBe(3);
  });

  it('is the only one of its profile, and names who has a port', async () => {
    const { world, gateway, main } = await withGateway();
    const second = await main('run', '--json');
    expect(second.stdout + second.stderr).toContain(`pid ${gateway.pid}`);
    expect(second.code).not.toBe(0);
    await world.zero('--profile', 'other', 'setup');
    const other = await world.zero('--profile', 'other', 'gateway', '--port', String(world.firstPort));
    expect(other.code).not.toBe(0);
    expect(other.stderr).toContain('node.exe');
    expect(other.stderr).toContain(String(gateway.pid));
  });

  it('that was ended by force leaves nothing that keeps the next one from starting', async () => {
    const { world, gateway, main } = await withGateway();
    await gateway.end();
    const status = (await main('status', '--json')).json();
    expect(status).toMatchObject({ verdict: 'not-installed', process: null });
    const next = await world.start('--profile', 'main', 'gateway');
    await next.readUntil(/listening on/);
    expect((await main('status', '--json')).json()).toMatchObject({ verdict: 'healthy', process: { pid: next.pid } });
  });

  it('refuses a wrong token, also for its end', async () => {
    const { gateway, main } = await withGateway();
    expect((await main('call', 'gateway.shutdown', '--token', 'wrong')).code).toBe(77);
    expect(gateway.hasEnded).toBe(false);
  });

  it('tells its log, and follows its config', async () => {
    const { world, gateway } = await withGateway();
    const set = await world.zero('--profile', 'main', 'config', 'set', 'logging.level', 'debug');
    expect(set.code, set.stderr).toBe(0);
    const config = await readFile(world.file('.zero-main', 'zero.json'), 'utf8');
    expect(config).toContain('debug');
    const { stdout } = await world.zero('--profile', 'main', 'logs', '--json');
    expect(stdout).toContain(`(pid ${gateway.pid})`);
  });

  it('makes way for --force', async () => {
    const { world, gateway } = await withGateway();
    await world.zero('--profile', 'other', 'setup');
    const other = await world.start('--profile', 'other', 'gateway', '--force', '--port', String(world.firstPort));
    await other.readUntil(/listening on/);
    await gateway.exited;
    expect(other.stderr + other.stdout).toContain(`--force: ending pid ${gateway.pid}`);
  });
});

it('a process is known by its pid and its start', async () => {
  const world = await windowsWorld();
  const tool = 'C:\\windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
  const ask = () => runWindows([tool, '-Command', 'Win32_Process'], { env: { ...world.env, POLYGATE_PIDS: '56' } });
  const [first, second] = [await ask(), await ask()];
  expect(first.stdout).toMatch(/^56\t\d+\t\d{18}\t/m);
  expect(second.stdout).toBe(first.stdout);
});
