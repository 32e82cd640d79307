import { mkdir, writeFile } from 'node:fs/promises';
import { startCommand } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { afterTest, newWorld, type World } from './support/world.ts';

/** A server that is no gateway, on a port; optionally one that SIGTERM does not end. */
async function stranger(world: World, port: number, { stubborn = false } = {}) {
  const file = world.at(`stranger-${port}.mjs`);
  await mkdir(world.home, { recursive: true });
  await writeFile(
    file,
    `import { createServer } from 'node:http';
${stubborn ? "process.on('SIGTERM', () => console.log('no'));" : ''}
createServer((_, r) => r.end('<html>hello</html>')).listen(${port}, '127.0.0.1', () => console.log('up'));`,
  );
  const running = startCommand([process.execPath, file], { env: world.env });
  afterTest(() => running.stop('SIGKILL'));
  await running.readUntil(/up/);
  return running;
}

describe('a port that somebody else holds', () => {
  it('is named with pid and command, and the gateway exits with 1', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    const other = await stranger(world, world.firstPort);
    const result = await world.zero('--profile', 'main', 'gateway', '--json');
    expect(result.code).toBe(1);
    const { error } = result.json<{ error: { code: string; message: string } }>();
    expect(error.code).toBe('PORT_TAKEN');
    expect(error.message).toContain(`pid ${other.pid}`);
    expect(error.message).toContain('stranger-');
  });

  it('is not cleared of a stranger by --force, and the stranger lives', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    const other = await stranger(world, world.firstPort);
    const result = await world.zero('--profile', 'main', 'gateway', '--force', '--json');
    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject({
      error: { code: 'PORT_HELD_BY_STRANGER', hint: expect.stringContaining('--force=any') },
    });
    expect((await fetch(`http://127.0.0.1:${world.firstPort}/`)).status).toBe(200);
    expect(() => process.kill(other.pid, 0)).not.toThrow();
  });

  it('is cleared of whatever holds it by --force=any, by force where SIGTERM is ignored, and whom it ended is said', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    const other = await stranger(world, world.firstPort, { stubborn: true });
    const gateway = world.start('--profile', 'main', 'gateway', '--force=any');
    await gateway.readUntil(/listening on/);
    expect(await other.exited).toMatchObject({ signal: 'SIGKILL' });
    expect(gateway.stderr).toContain(`ending pid ${other.pid}`);
    expect(gateway.stderr).toContain('did not end within');
  });

  it('is cleared of a gateway of the family by --force', async () => {
    const world = await newWorld();
    const first = await startGateway(world, 'main');
    await world.zero('--profile', 'rescue', 'setup');
    const second = world.start('--profile', 'rescue', 'gateway', '--port', String(first.port), '--force');
    await second.readUntil(/listening on/);
    expect(await first.running.exited).toEqual({ code: 0, signal: null });
  });

  it('takes the value of --force only with an equals sign', async () => {
    const world = await newWorld();
    expect((await world.zero('gateway', '--force=all', '--json')).json()).toMatchObject({ error: { code: 'OPTION_INVALID' } });
    expect((await world.zero('gateway', '--force', 'any', '--json')).json()).toMatchObject({ error: { code: 'USAGE' } });
  });

  it('is refused at set-up, with a port that is free', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    const clash = await world.zero('--profile', 'rescue', 'setup', '--port', String(world.firstPort), '--json');
    expect(clash.code).toBe(1);
    expect(clash.json()).toMatchObject({
      error: { code: 'PORT_CONFLICT', details: { owner: 'zero/main', suggestion: world.firstPort + 1000 } },
    });
    await stranger(world, world.firstPort + 300);
    expect(
      (await world.zero('--profile', 'rescue', 'setup', '--port', String(world.firstPort + 300), '--json')).json(),
    ).toMatchObject({ error: { code: 'PORT_TAKEN' } });
  });
});
