import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { connectParams } from './support/raw-client.ts';
import { newWorld } from './support/world.ts';

const CANARY = 'canary-0d9c7b1e5a';

describe('a secret', () => {
  it('stands in the config alone, which only its owner can read, and in no output', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup', '--token', CANARY);
    const gateway = await startGateway(world, 'main', '--verbose');
    const wrong = await gateway.socket();
    await wrong.request('1', 'connect', connectParams(`${CANARY}-wrong`));
    await gateway.client();

    const outputs: string[] = [gateway.running.stdout, gateway.running.stderr];
    const commands = [
      ['paths'],
      ['setup'],
      ['gateway', 'status', '--deep'],
      ['status'],
      ['profiles', 'list'],
      ['health'],
      ['logs'],
      ['gateway', 'call', 'status'],
      ['gateway', 'call', 'no.such'],
      ['gateway', 'install', '--dry-run'],
      ['gateway', 'status', '--token', CANARY],
      ['health', '--token', `${CANARY}-wrong`],
      ['gateway', '--token', CANARY],
    ];
    for (const args of commands) {
      for (const form of [args, [...args, '--json']]) {
        const { stdout, stderr } = await world.zero('--profile', 'main', ...form);
        outputs.push(stdout, stderr);
      }
    }
    expect(outputs.join('\n')).not.toContain(CANARY);
    expect(await readFile(`/proc/${gateway.running.pid}/cmdline`, 'utf8').catch(() => '')).not.toContain(CANARY);

    const holders: string[] = [];
    for (const name of await readdir(world.home, { recursive: true })) {
      const file = path.join(world.home, name);
      const found = await stat(file);
      if (found.isFile() && (await readFile(file, 'utf8')).includes(CANARY)) holders.push(name);
      if (found.isFile()) expect(found.mode & 0o077, name).toBe(0);
    }
    // A good config is kept to go back to: as private as the config itself.
    expect(holders.filter((name) => !name.startsWith('.zero-main/config-history/'))).toEqual(['.zero-main/zero.json']);
  });

  it('is made anew for every profile', async () => {
    const world = await newWorld();
    const tokens = await Promise.all(
      ['a', 'b', 'c'].map(async (profile) => {
        const { instance } = (await world.zero('--profile', profile, 'setup', '--json')).json<{
          instance: { configPath: string };
        }>();
        return (JSON.parse(await readFile(instance.configPath, 'utf8')) as { gateway: { auth: { token: string } } }).gateway.auth
          .token;
      }),
    );
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{48}$/);
  });

  it('that a gateway without a config made up for itself is found by the helpers, and nothing is written to a config', async () => {
    const world = await newWorld();
    const gateway = world.start('--dev', 'gateway', '--allow-unconfigured');
    await gateway.readUntil(/listening on/);
    expect((await world.zero('--dev', 'health')).code).toBe(0);
    expect((await readdir(world.at('.zero-dev'))).sort()).toEqual(['gateway.lock', 'logs', 'zero.json.owner']);
  });
});
