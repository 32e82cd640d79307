import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand, unless, whyNoMount } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { newWorld, ROOT, type World } from './support/world.ts';

interface Failure {
  ok: false;
  error: { code: string; message: string; hint: string; details?: Record<string, unknown> };
}

/** Runs a command that must fail: with this code and exit code, one line of error and one of hint, in JSON and for people. */
async function fails(
  world: World,
  args: string[],
  code: string,
  exit: number,
  env: Record<string, string> = {},
): Promise<Failure['error']> {
  const json = await world.run(world.command(...args, '--json'), env);
  expect(json.code, json.stdout + json.stderr).toBe(exit);
  const { error } = json.json<Failure>();
  expect(error.code).toBe(code);
  const text = await world.run(world.command(...args), env);
  expect(text.code).toBe(exit);
  expect(text.stdout).toBe('');
  expect(text.stderr).toContain(`[${code}]`);
  expect(text.stderr).toMatch(/\nhint: {2}\S/);
  return error;
}

/** Everything below the home directory, to see that nothing was written. */
async function filesOf(world: World): Promise<string[]> {
  return (await readdir(world.home, { recursive: true })).sort();
}

/** Root reads everything: what may not be read is shown by becoming another account, where root may. */
const NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
const BOUND_ROOT =
  process.getuid?.() === 0 && spawnSync('setpriv', [...NOBODY.slice(1), 'true']).status !== 0
    ? 'this root may not become another account'
    : undefined;

describe('bad input', () => {
  it.each([
    ['../etc', 'looks like a path'],
    ['a b', 'white space'],
    ['', 'is empty'],
    ['.hidden', 'starts with'],
    ['x'.repeat(65), 'longer than 64'],
    ['ünicode', 'outside ASCII'],
    ['-x', 'starts with "-"'],
  ])('an invalid profile name %j is refused with its own reason, and nothing is written', async (name, reason) => {
    const world = await newWorld();
    const error = await fails(world, [`--profile=${name}`, 'setup'], 'PROFILE_NAME_INVALID', 2);
    expect(error.message).toContain(reason);
    expect(await filesOf(world)).toEqual([]);
  });

  it('two names for the profile are refused', async () => {
    const world = await newWorld();
    await fails(world, ['--dev', '--profile', 'main', 'paths'], 'PROFILE_CONFLICT', 2);
    await fails(world, ['--profile', 'a', 'paths', '--profile', 'b'], 'OPTION_REPEATED', 2);
  });

  it('an unknown product is refused with those that are known', async () => {
    const error = await fails(await newWorld(), ['--product', 'nope', 'paths'], 'PRODUCT_UNKNOWN', 2);
    expect(error.message).toContain('openclaw');
  });

  it.each([
    ['abc', 'PORT_INVALID'],
    ['0', 'PORT_INVALID'],
    ['70000', 'PORT_INVALID'],
    ['18789.5', 'PORT_INVALID'],
    ['-1', 'PORT_INVALID'],
    ['65426', 'PORT_OUT_OF_RANGE'],
  ])('the port %s is refused', async (port, code) => {
    const world = await newWorld();
    await fails(world, ['setup', `--port=${port}`], code, 2);
    expect(await filesOf(world)).toEqual([]);
  });

  it('a port in the environment is refused with the name of the variable', async () => {
    const error = await fails(await newWorld(), ['paths'], 'PORT_INVALID', 2, { ZERO_GATEWAY_PORT: 'x1' });
    expect(error.message).toContain('ZERO_GATEWAY_PORT');
  });

  it('a broken config tells file, line and path of every problem at once', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    const file = world.at('.zero-main/zero.json');
    await writeFile(file, '// mine\n{\n  gateway: { port: "x", mode: 7 },\n  agents: { list: {} },\n}\n');
    const error = await fails(world, ['--profile', 'main', 'gateway'], 'CONFIG_INVALID', 78);
    expect(error.message).toContain('3 problems in');
    expect(error.message).toContain(`${file}:3:20 gateway.port: must be an integer`);
    expect(error.message).toContain(`${file}:3:31 gateway.mode: must be one of "local", "remote"`);
    expect(error.message).toContain(`${file}:4:19 agents.list: must be an array`);
    await writeFile(file, '{ gateway: ');
    expect((await fails(world, ['--profile', 'main', 'setup'], 'CONFIG_INVALID', 78)).message).toContain(`${file}:1:`);
    expect(await readFile(file, 'utf8')).toBe('{ gateway: ');
  });

  it('a config that does not say mode=local ends with 78 and the next command', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    await writeFile(world.at('.zero-main/zero.json'), '{}');
    const error = await fails(world, ['--profile', 'main', 'gateway'], 'GATEWAY_MODE_UNSET', 78);
    expect(error.hint).toContain('zero --profile main setup');
  });

  it('a bind beyond this machine without a secret, or to an address that is not here, is refused and never widened', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    const file = world.at('.zero-main/zero.json');
    await writeFile(file, `{ gateway: { mode: "local", port: ${world.firstPort}, bind: "lan" } }`);
    await fails(world, ['--profile', 'main', 'gateway'], 'BIND_WITHOUT_SECRET', 78);
    await writeFile(
      file,
      `{ gateway: { mode: "local", port: ${world.firstPort}, bind: "custom", customBindHost: "192.0.2.1", auth: { token: "abcdef" } } }`,
    );
    await fails(world, ['--profile', 'main', 'gateway'], 'BIND_INVALID', 78);
    await writeFile(file, `{ gateway: { mode: "local", port: ${world.firstPort} } }`);
    await fails(world, ['--profile', 'main', 'gateway'], 'AUTH_MISSING', 78);
  });

  it('a set-up that others made gets a program only when it is said', async () => {
    const world = await newWorld();
    await mkdir(world.at('.zero'));
    const text = `{ gateway: { mode: "local", port: ${world.firstPort}, auth: { token: "made-by-others" } } }`;
    await writeFile(world.at('.zero/zero.json'), text);
    for (const command of [['gateway'], ['setup'], ['gateway', 'install', '--dry-run']])
      await fails(world, command, 'PROGRAM_NOT_CHOSEN', 78);
    const gateway = world.start('gateway', '--program', 'reference');
    await gateway.readUntil(/listening on/);
    await gateway.stop();
    // Said once, it is remembered.
    await world.start('gateway').readUntil(/listening on/);
    expect(await readFile(world.at('.zero/zero.json'), 'utf8')).toBe(text);
  });

  it('two products do not share a state directory', async () => {
    const world = await newWorld();
    expect((await world.polygate('--product', 'clawdbot', 'setup')).code).toBe(0);
    const second = await world.polygate('--product', 'moltbot', 'setup', '--json');
    expect(second.code).not.toBe(0);
    expect(['STATE_DIR_TAKEN', 'PROGRAM_NOT_CHOSEN']).toContain(second.json<Failure>().error.code);
    expect(existsSync(world.at('.clawdbot/moltbot.json'))).toBe(false);
  });

  it.each([[{ HOME: '' }], [{ HOME: '/no/such/home' }], [{ HOME: 'relative' }]])(
    'a missing HOME %j is an error, not a guess',
    async (env) => {
      const error = await fails(await newWorld(), ['setup'], 'HOME_MISSING', 78, env);
      expect(error.hint).toContain('POLYGATE_HOME');
    },
  );

  it('a state directory that is a file, or a dangling link, is refused', async () => {
    const world = await newWorld();
    await writeFile(world.at('.zero-main'), 'I am a file');
    await fails(world, ['--profile', 'main', 'setup'], 'STATE_DIR_DENIED', 77);
    expect(await readFile(world.at('.zero-main'), 'utf8')).toBe('I am a file');
    await symlink('/no/such/place/at/all', world.at('.zero-link'));
    const error = await fails(world, ['--profile', 'link', 'setup'], 'FILE_FAILED', 1);
    expect(error.message).toContain('.zero-link');
  });

  it.skipIf(BOUND_ROOT)(
    unless(BOUND_ROOT, 'a state directory that may not be read is refused without a trace of ours'),
    async () => {
      const world = await newWorld();
      if (process.getuid?.() === 0) {
        // Root reads everything; another account of this machine does not.
        await mkdir(world.at('.zero-main'), { mode: 0o700 });
        await chmod(world.home, 0o755);
        const result = await runCommand([...NOBODY, ...world.command('--profile', 'main', 'setup', '--json')], {
          env: world.env,
        });
        expect(result.code).toBe(77);
        expect(result.json<Failure>().error.code).toMatch(/STATE_DIR_DENIED|FILE_DENIED/);
        return;
      }
      await mkdir(world.at('.zero-main'), { mode: 0o000 });
      await fails(world, ['--profile', 'main', 'setup'], 'FILE_DENIED', 77);
      await chmod(world.at('.zero-main'), 0o700);
    },
  );

  it.skipIf(whyNoMount())(unless(whyNoMount(), 'a full disk leaves the old file whole'), async () => {
    const world = await newWorld();
    const disk = world.at('disk');
    await mkdir(disk);
    // A mount namespace of its own: the mount is gone with the last process in it.
    const script = [
      `mount -t tmpfs -o size=64k,mode=700 none ${disk}`,
      `export POLYGATE_HOME=${disk}`,
      `${world.command('--profile', 'main', 'setup').join(' ')} >/dev/null || exit 9`,
      `sha256sum ${disk}/.zero-main/zero.json`,
      `sed -i 's/"mode": "local",//' ${disk}/.zero-main/zero.json; sha256sum ${disk}/.zero-main/zero.json`,
      `dd if=/dev/zero of=${disk}/filler bs=1k 2>/dev/null`,
      `${world.command('--profile', 'main', 'setup', '--json').join(' ')}; echo exit $?`,
      `sha256sum ${disk}/.zero-main/zero.json; ls -A ${disk}/.zero-main`,
    ].join('\n');
    const result = await runCommand(['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script], { env: world.env });
    expect(result.stdout).toContain('"code": "DISK_FULL"');
    expect(result.stdout).toContain('exit 1');
    const sums = [...result.stdout.matchAll(/^([0-9a-f]{64}) /gm)].map((m) => m[1]);
    expect(sums[2]).toBe(sums[1]);
    expect(result.stdout).not.toMatch(/^\.zero\.json\./m);
  });

  it('a Node that is too old is told before anything else is loaded', async () => {
    const world = await newWorld();
    const pretend = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.8'}})`;
    const bin = path.join(ROOT, 'packages/cli/bin/zero.cjs');
    const json = await runCommand([process.execPath, '--import', pretend, bin, 'version', '--json'], { env: world.env });
    expect(json.code).toBe(78);
    expect(json.json()).toMatchObject({
      ok: false,
      error: { code: 'NODE_TOO_OLD', message: expect.stringContaining('18.20.8') },
    });
  });

  it('an unknown command, option or argument is refused with the nearest one', async () => {
    const world = await newWorld();
    expect((await fails(world, ['gatway'], 'USAGE', 2)).message).toContain('Did you mean gateway?');
    expect((await fails(world, ['gateway', 'instal'], 'USAGE', 2)).message).toMatch(/install|too many arguments/);
    expect((await fails(world, ['setup', '--prot', '1'], 'USAGE', 2)).message).toContain('--prot');
    expect((await fails(world, ['gateway', 'call'], 'USAGE', 2)).message).toContain('method');
    await fails(world, ['gateway', 'call', 'health', '--params', '{oops'], 'OPTION_INVALID', 2);
    await fails(world, ['logs', '--limit', 'many'], 'OPTION_INVALID', 2);
    await fails(world, ['health', '--url', 'http://127.0.0.1:1'], 'OPTION_INVALID', 2);
  });

  it('a damaged file of our own, or one of a newer polygate, is named', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    const ledger = world.at('.local/share/polygate/ledger.json');
    const saved = await readFile(ledger, 'utf8');
    expect((await stat(ledger)).mode & 0o777).toBe(0o600);
    await writeFile(ledger, saved.replace('"version": 1', '"version": 99'));
    await fails(world, ['profiles', 'list'], 'FILE_FROM_FUTURE', 78);
    await writeFile(world.at('.config/polygate/instances/zero/main.json'), '{"version":1,"program":7}');
    await writeFile(ledger, saved);
    expect((await fails(world, ['--profile', 'main', 'gateway'], 'FILE_CORRUPT', 1)).message).toContain(
      'instances/zero/main.json',
    );
  });
});
