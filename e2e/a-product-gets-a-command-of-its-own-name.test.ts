import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newWorld, ROOT, type World } from './support/world.ts';

/** A world whose PATH begins with folders of its own. */
async function worldWith(...folders: string[]): Promise<World> {
  const world = await newWorld();
  for (const folder of folders) await mkdir(world.at(folder), { recursive: true });
  world.env.PATH = [...folders.map((folder) => world.at(folder)), world.env.PATH].join(':');
  return world;
}

async function program(file: string, text = '#!/bin/sh\necho the real one\n'): Promise<string> {
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

describe('link', () => {
  it('makes a command of the product’s name, which speaks of itself by that name', async () => {
    const world = await worldWith('.local/bin');
    const linked = await world.polygate('link', 'openclaw', '--json');
    const file = world.at('.local/bin/openclaw');
    expect(linked.json()).toMatchObject({
      ...{ ok: true, result: 'linked', product: 'openclaw', command: 'openclaw', path: file, onPath: true },
      ...{ others: [], warnings: [] },
    });
    expect((await stat(file)).mode & 0o777).toBe(0o755);
    const setup = await world.run(['openclaw', '--profile', 'main', 'setup']);
    expect(setup.stdout).toContain('openclaw/main is set up');
    expect(setup.stdout).toContain('Next: openclaw --profile main gateway');
    const mistake = await world.run(['openclaw', 'statis']);
    expect(mistake.stderr).toContain('openclaw --help');
    expect((await world.run(['openclaw', '--product', 'zero', 'paths', '--json'])).json()).toMatchObject({
      instance: { id: 'zero/default' },
    });
  });

  it('is done once: again it changes nothing, and a moved installation is noticed', async () => {
    const world = await worldWith('.local/bin');
    await world.polygate('link', 'moltbot');
    const file = world.at('.local/bin/moltbot');
    expect((await world.polygate('link', 'moltbot', '--json')).json()).toMatchObject({ result: 'up-to-date' });
    await writeFile(file, (await readFile(file, 'utf8')).replace(ROOT, '/gone'));
    expect((await world.polygate('link', 'moltbot', '--json')).json()).toMatchObject({ result: 'linked' });
    expect(await readFile(file, 'utf8')).toContain(path.join(ROOT, 'packages/cli/bin/polygate.cjs'));
  });

  it('keeps out of the way of another program of that name, and never writes over it', async () => {
    const world = await worldWith('real', '.local/bin');
    const real = await program(world.at('real/openclaw'));
    const refused = await world.polygate('link', 'openclaw', '--json');
    expect(refused.code).toBe(1);
    expect(refused.json()).toMatchObject({
      error: { code: 'COMMAND_TAKEN', details: { path: real }, hint: expect.stringContaining('--force') },
    });
    expect((await world.polygate('link', 'openclaw', '--force', '--json')).json()).toMatchObject({
      ...{ result: 'linked', others: [real], warnings: [expect.stringContaining('order of PATH')] },
    });

    // In the very place of it, also behind a link, --force does not help.
    await symlink(real, world.at('real/moltbot'));
    for (const args of [[], ['--force'], ['--remove']]) {
      const there = await world.polygate('link', 'moltbot', '--dir', world.at('real'), ...args, '--json');
      expect(there.json(), args.join()).toMatchObject({
        error: { code: 'COMMAND_TAKEN', hint: expect.stringContaining('--dir') },
      });
    }
    expect(await readFile(real, 'utf8')).toContain('the real one');
  });

  it('does not take its own commands for somebody else’s', async () => {
    const world = await worldWith('npm', '.local/bin');
    await symlink(path.join(ROOT, 'packages/cli/bin/zero.cjs'), world.at('npm/zero'));
    expect((await world.polygate('link', 'zero', '--json')).json()).toMatchObject({ result: 'linked', others: [] });
  });

  it('shows what it would do, and says when its folder is not on PATH', async () => {
    const world = await newWorld();
    const shown = await world.polygate('link', 'ws-agent', '--dir', 'tools', '--dry-run', '--json');
    expect(shown.json()).toMatchObject({
      dryRun: true,
      onPath: false,
      warnings: [expect.stringContaining('is not on PATH')],
      plan: { files: [{ path: world.at('tools/ws-agent'), mode: '0755' }] },
    });
    await expect(stat(world.at('tools'))).rejects.toThrow('ENOENT');
  });

  it('is taken away again, once', async () => {
    const world = await worldWith('.local/bin');
    await world.polygate('link', 'clawdbot');
    const remove = async () => (await world.polygate('link', 'clawdbot', '--remove', '--json')).json();
    expect(await remove()).toMatchObject({ ok: true, result: 'removed' });
    await expect(stat(world.at('.local/bin/clawdbot'))).rejects.toThrow('ENOENT');
    expect(await remove()).toMatchObject({ ok: true, result: 'not-linked' });
  });

  it('works for a product of the user’s own, by the name of its command', async () => {
    const world = await worldWith('.local/bin');
    const folder = world.at('.config/polygate/products');
    await mkdir(folder, { recursive: true });
    const pack = JSON.parse(await readFile(path.join(ROOT, 'templates/products/ws-agent.json'), 'utf8')) as object;
    const own = {
      ...pack,
      id: 'acme',
      command: 'acme-bot',
      displayName: 'Acme',
      stateDir: { default: '.acme', profile: '.acme-{profile}' },
    };
    await writeFile(path.join(folder, 'acme.json'), JSON.stringify(own));
    expect((await world.polygate('link', 'acme', '--json')).json()).toMatchObject({ command: 'acme-bot', product: 'acme' });
    expect((await world.run(['acme-bot', 'paths', '--json'])).json()).toMatchObject({
      instance: { id: 'acme/default', stateDir: world.at('.acme') },
    });
    expect((await world.run(['acme-bot', 'paths', '--nosuch'])).stderr).toContain('acme-bot paths --help');
  });

  it('refuses a product that nobody described', async () => {
    const world = await newWorld();
    const refused = await world.polygate('link', 'nosuch', '--json');
    expect(refused.code).toBe(2);
    expect(refused.json()).toMatchObject({ error: { code: 'PRODUCT_UNKNOWN' } });
  });
});
