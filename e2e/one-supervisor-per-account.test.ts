import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, statSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { runCommand, unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { isUp, ps, supervisorFile, worldOf } from './support/supervised.ts';
import { newWorld } from './support/world.ts';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const noOtherUser = !isRoot
  ? 'needs root to become another user'
  : spawnSync('setpriv', ['--version']).status === 0
    ? undefined
    : 'setpriv is not installed';

describe('of an account', () => {
  it('one supervisor runs, however many are started at the same moment', async () => {
    const world = await worldOf('main');
    const ups = ['up', 'up', 'up'].map((command) => world.start(command, 'main', '--json'));
    const first = await Promise.race(ups.map((up) => up.exited.then(() => up)));
    const others = await Promise.all(
      ups.filter((up) => up !== first).map((up) => Promise.race([up.exited, up.readUntil(/is ready/)])),
    );
    expect(others.length).toBe(2);
    await expect.poll(async () => (await ps(world)).instances[0]?.verdict, { timeout: 20_000 }).toBe('healthy');
    const { supervisor } = await ps(world);
    const winner = ups.find(({ pid }) => pid === supervisor?.pid);
    const losers = ups.filter((up) => up !== winner);
    for (const loser of losers) {
      expect((await loser.exited).code).toBe(75);
      expect(JSON.parse(loser.stdout)).toMatchObject({ error: { code: 'SUPERVISOR_RUNNING', details: { pid: winner?.pid } } });
    }
    // Both of two in the background are right: the second asks the first.
    await winner?.stop();
    const detached = await Promise.all([world.zero('up', '-d', '--wait', '--json'), world.zero('up', '-d', '--wait', '--json')]);
    expect(detached.map(({ code }) => code)).toEqual([0, 0]);
    const pids = detached.map((one) => one.json<{ supervisor: { pid: number } }>().supervisor.pid);
    expect(pids[0]).toBe(pids[1]);
  });

  it('what it keeps is private, and a control socket that a killed one left is replaced', async () => {
    const world = await worldOf('main');
    const up = world.start('up', 'main');
    await up.readUntil(/is ready/);
    const modes = ['', 'control.sock', 'state.json'].map((name) => statSync(supervisorFile(world, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    up.kill('SIGKILL');
    await up.exited;
    expect(existsSync(supervisorFile(world, 'control.sock'))).toBe(true);
    expect((await ps(world)).supervisor).toBeNull();
    const again = await world.zero('up', '-d', 'main', '--wait', '--json');
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect((await ps(world)).supervisor?.pid).not.toBe(up.pid);
  });

  it('the place of the socket is refused when it is not a socket, or when its path is too long', async () => {
    const world = await worldOf('main');
    await mkdir(supervisorFile(world, ''), { recursive: true });
    await writeFile(supervisorFile(world, 'control.sock'), 'mine');
    const up = await world.zero('up', 'main', '--json');
    expect([up.code, up.json<{ error: { code: string } }>().error.code]).toEqual([1, 'FILE_FAILED']);
    expect(await readFile(supervisorFile(world, 'control.sock'), 'utf8')).toBe('mine');
    const detached = await world.zero('up', '-d', 'main', '--json');
    expect(detached.json()).toMatchObject({
      error: { code: 'SUPERVISOR_NOT_STARTED', message: expect.stringContaining('it is not a socket') },
    });
    expect(await isUp(world.firstPort)).toBe(false);

    const deep = await newWorld({ XDG_STATE_HOME: world.at('x'.repeat(60), 'y'.repeat(60)) });
    await deep.zero('--profile', 'main', 'setup');
    for (const args of [
      ['up', 'main'],
      ['up', '-d', 'main'],
    ]) {
      const refused = await deep.zero(...args, '--json');
      expect([refused.code, refused.json<{ error: { code: string } }>().error.code]).toEqual([78, 'SOCKET_PATH_TOO_LONG']);
    }
    expect((await deep.zero('ps', '--json')).json()).toMatchObject({ supervisor: null, instances: [] });
  });

  it('a state that a newer release wrote is left alone, and nothing is started', async () => {
    const world = await worldOf('main');
    await mkdir(supervisorFile(world, ''), { recursive: true });
    const future = '{"version":99,"instances":{}}';
    await writeFile(supervisorFile(world, 'state.json'), future);
    for (const args of [['up', 'main'], ['up', '-d', 'main'], ['ps']]) {
      const refused = await world.zero(...args, '--json');
      expect([args.join(' '), refused.code, refused.json<{ error: { code: string } }>().error.code]).toEqual([
        args.join(' '),
        78,
        'SUPERVISOR_STATE_FUTURE',
      ]);
    }
    expect(await readFile(supervisorFile(world, 'state.json'), 'utf8')).toBe(future);
    expect(await isUp(world.firstPort)).toBe(false);
  });

  it.skipIf(noOtherUser !== undefined)(unless(noOtherUser, 'no other user is let near its socket'), async () => {
    const world = await worldOf('main');
    await world.zero('up', '-d', 'main', '--wait');
    const socket = supervisorFile(world, 'control.sock');
    const ask = async (uid?: number) => {
      const script = `require('node:net').connect(${JSON.stringify(socket)})
        .on('connect', () => { console.log('in'); process.exit(); }).on('error', (e) => console.log(e.code));`;
      const as = uid === undefined ? [] : ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
      return (
        await runCommand([...as, process.execPath, '-e', script], { env: { PATH: world.env.PATH as string }, cwd: '/' })
      ).stdout.trim();
    };
    // The test of the test: the way to the folder is open, and the account itself comes in.
    for (const parts of [[], ['.local'], ['.local', 'state'], ['.local', 'state', 'polygate']])
      chmodSync(world.at(...parts), 0o755);
    expect(await ask()).toBe('in');
    expect(await ask(NOBODY)).toBe('EACCES');
    // The folder alone would do, and so would the socket.
    chmodSync(supervisorFile(world, ''), 0o755);
    expect(await ask(NOBODY)).toBe('EACCES');
    chmodSync(socket, 0o666);
    expect(await ask(NOBODY)).toBe('in');
  });
});
