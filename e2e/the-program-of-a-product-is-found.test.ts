import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newWorld, type World } from './support/world.ts';

/** A package of npm as it is installed globally: its files below `lib`, its command in `bin`. Gives the path of the command. */
async function installed(
  world: World,
  prefix: string,
  { name = 'openclaw', version = '2026.9.6', node = '>=18' } = {},
): Promise<string> {
  const folder = world.at(prefix, 'lib/node_modules', name);
  await mkdir(path.join(folder, 'dist'), { recursive: true });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name, version, engines: { node } }));
  const entry = path.join(folder, 'dist/entry.js');
  await writeFile(entry, '#!/usr/bin/env node\nsetInterval(() => {}, 1000);\n');
  await chmod(entry, 0o755);
  await mkdir(world.at(prefix, 'bin'), { recursive: true });
  const command = world.at(prefix, 'bin', name);
  await symlink(entry, command);
  return command;
}

const pathOf = (world: World, ...folders: string[]) => [...folders.map((folder) => world.at(folder)), world.env.PATH].join(':');
const setUp = (world: World, program: string) =>
  world.polygate('--product', 'openclaw', '--profile', 'main', 'setup', '--json', '--program', program);

async function programIn(world: World): Promise<unknown> {
  const text = await readFile(world.at('.config/polygate/instances/openclaw/main.json'), 'utf8');
  return (JSON.parse(text) as { program: unknown }).program;
}

describe('--program auto', () => {
  it('takes the command on PATH by the name that upgrades keep, and passes by Polygate’s own launcher', async () => {
    const world = await newWorld();
    const command = await installed(world, 'global');
    world.env.PATH = pathOf(world, '.local/bin', 'global/bin');
    await mkdir(world.at('.local/bin'), { recursive: true });
    expect(await world.polygate('link', 'openclaw', '--force')).toMatchObject({ code: 0 });
    expect(await setUp(world, 'auto')).toMatchObject({ code: 0 });
    expect(await programIn(world)).toEqual({ command: [command, 'gateway'] });
    expect(await setUp(world, 'openclaw gateway --verbose')).toMatchObject({ code: 0 });
    expect(await programIn(world)).toEqual({ command: [command, 'gateway', '--verbose'] });
  });

  it('never takes Polygate’s own launcher, whether it is named or alone on PATH', async () => {
    const world = await newWorld();
    await mkdir(world.at('.local/bin'), { recursive: true });
    world.env.PATH = pathOf(world, '.local/bin');
    await world.polygate('link', 'openclaw');
    expect((await setUp(world, 'auto')).json()).toMatchObject({ error: { code: 'PROGRAM_NOT_FOUND' } });
    for (const program of ['openclaw gateway', `${world.at('.local/bin/openclaw')} gateway`]) {
      expect((await setUp(world, program)).json()).toMatchObject({
        error: { code: 'OPTION_INVALID', hint: expect.stringContaining('runs Polygate') },
      });
    }
  });

  it('looks in the global folder of npm, which need not be on PATH', async () => {
    const world = await newWorld({ npm_config_prefix: '' });
    const command = await installed(world, 'npm-global');
    world.env.npm_config_prefix = world.at('npm-global');
    expect(await setUp(world, 'auto')).toMatchObject({ code: 0 });
    expect(await programIn(world)).toEqual({ command: [command, 'gateway'] });
  });

  it('takes no path that an upgrade removes, and the stable name of the same file where there is one', async () => {
    const world = await newWorld();
    const versioned = await installed(world, '.nvm/versions/node/v24.16.0');
    world.env.PATH = pathOf(world, '.nvm/versions/node/v24.16.0/bin');
    const refused = await setUp(world, 'auto');
    expect(refused.code).toBe(78);
    expect(refused.json()).toMatchObject({
      error: { code: 'PROGRAM_PATH_VERSIONED', message: expect.stringContaining(versioned) },
    });
    await mkdir(world.at('bin'));
    await symlink(versioned, world.at('bin/openclaw'));
    world.env.PATH = `${world.env.PATH}:${world.at('bin')}`;
    expect(await setUp(world, 'auto')).toMatchObject({ code: 0 });
    expect(await programIn(world)).toEqual({ command: [world.at('bin/openclaw'), 'gateway'] });
  });
});

describe('the Node that a program needs', () => {
  const NEEDS = '>=90.1.0 <91 || >=92';

  it('is told before anything is made, with the version that would do', async () => {
    const world = await newWorld();
    const command = await installed(world, 'global', { node: NEEDS });
    const refused = await setUp(world, `${command} gateway`);
    expect(refused.code).toBe(78);
    expect(refused.json()).toMatchObject({
      error: {
        code: 'PROGRAM_NEEDS_NODE',
        message: expect.stringMatching(
          /^openclaw 2026\.9\.6 needs Node >=90\.1\.0 <91 \|\| >=92; \S+node\S*, which would run it, is \d+\./,
        ),
        hint: expect.stringContaining(
          `install Node 90.1.0, which would do, and name it: --program "/path/to/node ${command} gateway"`,
        ),
      },
    });
  });

  it('is named by its path where there is one on this machine, and taken when it is given', async () => {
    const world = await newWorld();
    const command = await installed(world, 'global', { node: NEEDS });
    await mkdir(world.at('new'));
    await writeFile(world.at('new/node'), `#!/bin/sh\n[ "$1" = --version ] && echo v92.3.4 || exec ${process.execPath} "$@"\n`);
    await chmod(world.at('new/node'), 0o755);
    world.env.PATH = `${world.env.PATH}:${world.at('new')}`;
    const line = `${world.at('new/node')} ${command} gateway`;
    const refused = await setUp(world, `${command} gateway`);
    expect(refused.json()).toMatchObject({
      error: { hint: expect.stringContaining(`${world.at('new/node')} would do: --program "${line}"`) },
    });
    expect(await setUp(world, line)).toMatchObject({ code: 0 });
  });

  it('that an upgrade of the program needs is told by the next start', async () => {
    const world = await newWorld();
    const command = await installed(world, 'global');
    expect(await setUp(world, `${command} gateway`)).toMatchObject({ code: 0 });
    const manifest = world.at('global/lib/node_modules/openclaw/package.json');
    await writeFile(manifest, JSON.stringify({ name: 'openclaw', version: '2027.1.1', engines: { node: NEEDS } }));
    const refused = await world.polygate('up', 'openclaw/main', '-d', '--json');
    expect(refused.code).toBe(78);
    expect(refused.json()).toMatchObject({
      error: { code: 'PROGRAM_NEEDS_NODE', message: expect.stringContaining('openclaw 2027.1.1') },
    });
  });
});

describe('the version beside its entry', () => {
  it('decides what its service is given: of a version that is not known, what harms none', async () => {
    const world = await newWorld();
    const command = await installed(world, 'global');
    await setUp(world, `${command} gateway`);
    const manifest = world.at('global/lib/node_modules/openclaw/package.json');
    const unit = async (version: string) => {
      await writeFile(manifest, JSON.stringify({ name: 'openclaw', version }));
      const args = ['gateway', 'install', '--dry-run', '--manager', 'systemd-user', '--json'];
      const planned = await world.polygate('--product', 'openclaw', '--profile', 'main', ...args);
      return planned.json<{ plan: { files: { content: string }[] } }>().plan.files[0]?.content ?? '';
    };
    const newest = await unit('2026.9.6');
    expect(newest).toMatch(/^Environment=OPENCLAW_SUPERVISOR_MODE=external$/m);
    expect(newest).toMatch(/^Environment=OPENCLAW_NO_RESPAWN=1$/m);
    expect(newest).toMatch(/^TimeoutStopSec=330$/m);
    expect(newest).toMatch(/^RestartPreventExitStatus=78 79$/m);
    expect(newest).toMatch(new RegExp(`^Environment=PATH=${path.dirname(command)}:`, 'm'));
    expect(await unit('2026.9.7-beta.1')).toBe(newest);
    const january = await unit('2026.1.30');
    expect(january).toMatch(/^Environment=OPENCLAW_NO_RESPAWN=1$/m);
    expect(january).not.toContain('SUPERVISOR_MODE');
    expect(january).toMatch(/^TimeoutStopSec=30$/m);
    expect(january).toMatch(/^RestartPreventExitStatus=78$/m);
  });
});
