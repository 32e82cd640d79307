import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { startCommand } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { afterTest, newWorld } from './support/world.ts';

describe('a state directory and a config have one owner', () => {
  it('refuses a second gateway on the same profile, on any port, and names the first', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const second = await world.zero('--profile', 'main', 'gateway', '--port', String(gateway.port + 200), '--json');
    expect(second.code).toBe(75);
    expect(second.json()).toMatchObject({
      ok: false,
      error: {
        code: 'GATEWAY_ALREADY_RUNNING',
        message: expect.stringContaining(`pid ${gateway.running.pid}, port ${gateway.port}`),
      },
    });
    const { client } = await gateway.client();
    expect((await client.request('1', 'health')).ok).toBe(true);
  });

  it('refuses the same state directory through a symlink', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    await symlink(gateway.stateDir, world.at('link'));
    const second = await world.run(
      world.command('gateway', '--port', String(gateway.port + 200), '--program', 'reference', '--json'),
      { ZERO_STATE_DIR: world.at('link') },
    );
    expect(second.code).toBe(75);
    expect(second.json()).toMatchObject({ error: { code: 'GATEWAY_ALREADY_RUNNING' } });
  });

  it('refuses the config of a known instance with another state directory, also through a symlink', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    await mkdir(world.at('other'));
    const env = { ZERO_STATE_DIR: world.at('other'), ZERO_CONFIG_PATH: world.at('same.json') };
    await symlink(gateway.configPath, world.at('same.json'));
    const second = await world.run(
      world.command('gateway', '--port', String(gateway.port + 200), '--program', 'reference', '--json'),
      env,
    );
    expect(second.code).toBe(78);
    expect(second.json()).toMatchObject({ error: { code: 'INSTANCE_SPLIT', message: expect.stringContaining('zero/main') } });
  });

  it('refuses one config with two state directories that nobody recorded', async () => {
    const world = await newWorld();
    const port = world.firstPort;
    const config = { gateway: { mode: 'local', port, auth: { mode: 'token', token: 'a-token-of-the-test' } } };
    await writeFile(world.at('shared.json'), JSON.stringify(config), { mode: 0o600 });
    await symlink(world.at('shared.json'), world.at('same.json'));
    for (const name of ['one', 'two']) await mkdir(world.at(name));
    const args = ['gateway', '--program', 'reference', '--json'];
    const env = (dir: string, file: string) => ({ ZERO_STATE_DIR: world.at(dir), ZERO_CONFIG_PATH: world.at(file) });
    const first = startCommand(world.command(...args), { env: { ...world.env, ...env('one', 'shared.json') }, cwd: world.home });
    afterTest(() => first.stop());
    await first.readUntil(/listening on/);
    const second = await world.run(world.command(...args, '--port', String(port + 200)), env('two', 'same.json'));
    expect(second.code).toBe(75);
    expect(second.json()).toMatchObject({
      error: { code: 'GATEWAY_ALREADY_RUNNING', message: expect.stringContaining('config file') },
    });
  });

  it('takes over from a gateway that was killed, whose lock is still there', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    gateway.running.kill('SIGKILL');
    await gateway.running.exited;
    expect(await readFile(`${gateway.stateDir}/gateway.lock`, 'utf8')).toContain(`"pid": ${gateway.running.pid}`);
    const next = world.start('--profile', 'main', 'gateway');
    await next.readUntil(/listening on/);
  });

  it('lets only one of several that start in the same moment run', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    const all = Array.from({ length: 5 }, () => world.start('--profile', 'main', 'gateway'));
    const outcomes = await Promise.all(
      all.map((one) =>
        Promise.race([one.readUntil(/listening on/).then(() => 'runs'), one.exited.then(({ code }) => `exit ${code}`)]),
      ),
    );
    expect(outcomes.sort()).toEqual(['exit 75', 'exit 75', 'exit 75', 'exit 75', 'runs']);
  });

  it('does not believe a lock of a process that only has the same pid', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    await copyFile(`${gateway.stateDir}/gateway.lock`, world.at('saved.lock'));
    await gateway.running.stop();
    const text = (await readFile(world.at('saved.lock'), 'utf8')).replace(/"pid": \d+/, `"pid": ${process.pid}`);
    const { writeFile } = await import('node:fs/promises');
    await writeFile(`${gateway.stateDir}/gateway.lock`, text);
    const next = world.start('--profile', 'main', 'gateway');
    await next.readUntil(/listening on/);
  });
});
