import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { runCommand, startCommand } from '@polygate/testkit';
import { publint } from 'publint';
import { describe, expect, it } from 'vitest';
import { afterTest, newWorld, ROOT } from './support/world.ts';

const exec = promisify(execFile);

describe('the published package', () => {
  it('has no packaging error', async () => {
    const { messages } = await publint({ pkgDir: path.join(ROOT, 'packages/cli'), pack: 'npm' });
    expect(messages).toEqual([]);
  });

  it('installs globally from its tarball with nothing left to fetch, as polygate and zero, and runs a gateway', async () => {
    const world = await newWorld();
    const npm = {
      ...process.env,
      HOME: world.home,
      npm_config_cache: world.at('npm-cache'),
      npm_config_prefix: world.at('prefix'),
      npm_config_update_notifier: 'false',
    };
    const { stdout } = await exec('npm', ['pack', '--json', '--pack-destination', world.home], {
      cwd: path.join(ROOT, 'packages/cli'),
      env: npm,
    });
    const [{ filename, files, size }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[]; size: number }];
    const names = files.map((f) => f.path);
    expect(names).toEqual(
      expect.arrayContaining([
        'bin/polygate.cjs',
        'bin/zero.cjs',
        'bin/init.sh',
        'dist/bundle/main.cjs',
        'schemas/output/gateway-status.schema.json',
        'schemas/ledger.schema.json',
        'package.json',
        'LICENSE',
        'README.md',
      ]),
    );
    expect(names.filter((n) => n.endsWith('.ts') || n.includes('test'))).toEqual([]);
    expect(size).toBeLessThan(1_500_000);

    // --offline: whatever would have to be fetched fails here.
    await mkdir(world.at('prefix'));
    await exec('npm', ['install', '--global', '--offline', world.at(filename)], { cwd: world.home, env: npm });
    const manifest = JSON.parse(await readFile(world.at('prefix/lib/node_modules/polygate/package.json'), 'utf8')) as {
      dependencies?: object;
      version: string;
    };
    expect(manifest.dependencies ?? {}).toEqual({});
    expect((await readdir(world.at('prefix/bin'))).sort()).toEqual(['polygate', 'zero']);

    const run = (...argv: string[]) => runCommand(argv, { env: world.env, cwd: world.home });
    expect((await run(world.at('prefix/bin/polygate'), 'version')).stdout.trim()).toBe(manifest.version);
    const setup = await run(world.at('prefix/bin/zero'), '--profile', 'main', 'setup', '--json');
    expect(setup.json()).toMatchObject({ ok: true, instance: { id: 'zero/main' } });
    const gateway = startCommand([world.at('prefix/bin/zero'), '--profile', 'main', 'gateway'], {
      env: world.env,
      cwd: world.home,
    });
    afterTest(() => gateway.stop());
    await gateway.readUntil(/listening on/);
    expect((await run(world.at('prefix/bin/zero'), '--profile', 'main', 'gateway', 'status')).code).toBe(0);

    // What a service would start is the name that an upgrade keeps, not where npm put the files.
    const plan = await run(
      world.at('prefix/bin/zero'),
      '--profile',
      'main',
      'gateway',
      'install',
      '--dry-run',
      '--platform',
      'linux',
      '--json',
    );
    expect(plan.stdout).toContain(`${world.at('prefix/bin/zero')} --product zero --profile main gateway run`);
  });
});
