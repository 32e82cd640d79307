import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { asPlatform, type Finished, fixturePath, tempDir, whyNoProgram } from '@polygate/testkit';
import { withoutSecrets } from './no-secret.ts';
import { finishedAsPublished } from './schemas.ts';
import { afterTest, newWorld, type World } from './world.ts';

/** Why no double of launchd can be had here; undefined when one can. */
export function whyNoLaunchd(): string | undefined {
  if (process.platform === 'win32') return 'the double of launchd needs a POSIX system';
  return whyNoProgram('python3') ?? whyNoProgram('perl') ?? whyNoProgram('lsof') ?? whyNoProgram('ps');
}

const UID = 501;
const USER = 'ana';

export interface Mac extends World {
  /** Where the double keeps what it was asked. */
  state: string;
  launchctl(...args: string[]): ReturnType<World['run']>;
  /** Every call of launchctl so far. */
  calls(): string[];
  /** Changes how the double is: `{ gui: false }` for nobody at the screen. */
  set(change: Record<string, unknown>): Promise<void>;
  /** Somebody logs in: launchd loads what lies in the directory of agents. */
  login(domain: string, files: string[]): Promise<void>;
  agent(label: string): string;
}

/**
 * A Mac as far as Polygate can tell: the built command believes that it runs on one, and so does every Node program that the
 * double of launchd starts. A second of launchd's takes `scale` of one here.
 */
export async function newMac(options: Record<string, unknown> = {}): Promise<Mac> {
  const account = asPlatform('darwin', { uid: UID, user: USER });
  const world = await newWorld({ ...account, USER });
  const state = world.at('.launchd-double');
  const bin = world.at('.bin');
  mkdirSync(bin);
  mkdirSync(state);
  const script = (file: string) => fixturePath('doubles', 'launchd', file);
  writeFileSync(path.join(bin, 'launchctl'), `#!/bin/sh\nexec perl '${script('launchctl.pl')}' '${state}' "$@"\n`, {
    mode: 0o755,
  });
  world.env.PATH = `${bin}:${world.env.PATH}`;
  const given = { uid: UID, user: USER, home: world.home, tmp: '/tmp', scale: 0.02, machine: account, ...options };
  const server = spawn(process.execPath, [script('launchd.mjs'), state, JSON.stringify(given)], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => server.once('close', resolve));
  afterTest(async () => {
    server.kill('SIGTERM');
    await exited;
  });
  await new Promise((resolve) => server.stdout.once('data', resolve));
  const order = (content: unknown) =>
    new Promise<void>((resolve, reject) => {
      const connection = connect(path.join(state, 'socket'), () => connection.end(JSON.stringify(content)));
      connection
        .on('error', reject)
        .on('end', () => resolve())
        .resume();
    });
  return {
    ...world,
    state,
    launchctl: (...args) => world.run([path.join(bin, 'launchctl'), ...args]),
    calls: () => readFileSync(path.join(state, 'calls.log'), 'utf8').trim().split('\n'),
    set: (change) => order({ set: change }),
    login: (domain, files) => order({ login: { domain, files } }),
    agent: (label) => world.at('Library', 'LaunchAgents', `${label}.plist`),
  };
}

/** Why no Mac can be had here on which root is another one than the account; undefined when one can. */
export function whyNoRoot(): string | undefined {
  return whyNoLaunchd() ?? (process.getuid?.() === 0 ? whyNoProgram('setpriv') : 'only root can be two accounts');
}

/** A Mac with root: what is the whole machine's is its own, and each account is a real one. */
export interface MacWithRoot extends Mac {
  /** Where /Library lies. */
  system: string;
  /** `sudo zero …`, as the account types it: with its HOME, as a Mac's sudo leaves it. */
  sudo(...args: string[]): Promise<Finished>;
}

const GROUP = 20;

/** @see newMac. What the account runs has its real number, and so has a daemon that runs as it. */
export async function newMacWithRoot(): Promise<MacWithRoot> {
  const { path: system, remove } = await tempDir();
  afterTest(remove);
  chmodSync(system, 0o755);
  // As on any Mac: what lies in them is made.
  for (const folder of ['Library', 'var/run']) mkdirSync(path.join(system, folder), { recursive: true });
  const machine = asPlatform('darwin', { uid: UID, user: USER, system });
  const accounts = { [USER]: { uid: UID, gid: GROUP, user: USER, home: '', machine } };
  const mac = await newMac({ system, machine, accounts });
  accounts[USER].home = mac.home;
  await mac.set({ accounts });
  chownSync(mac.home, UID, GROUP);
  // Whoever it is may ask launchd.
  chmodSync(path.join(mac.state, 'socket'), 0o777);
  writeFileSync(
    path.join(mac.at('.bin'), 'dscacheutil'),
    `#!/bin/sh\nprintf 'name: ${USER}\\nuid: ${UID}\\ngid: ${GROUP}\\ndir: ${mac.home}\\nshell: /bin/zsh\\n'\n`,
    { mode: 0o755 },
  );
  Object.assign(mac.env, machine);
  const asAna = ['setpriv', '--reuid', String(UID), '--regid', String(GROUP), '--clear-groups'];
  const root = {
    ...asPlatform('darwin', { uid: 0, user: 'root', system }),
    SUDO_USER: USER,
    SUDO_UID: String(UID),
    USER: 'root',
  };
  const checked = async (args: string[], argv: string[], env: Record<string, string> = {}) =>
    withoutSecrets(mac.home, finishedAsPublished(args, await mac.run(argv, env)));
  return {
    ...mac,
    system,
    zero: (...args) => checked(args, [...asAna, ...mac.command(...args)]),
    sudo: (...args) => checked(args, mac.command(...args), root),
  };
}

/** A process that has not ended: one that nobody has waited for yet has. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
