import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { asPlatform, fixturePath, whyNoProgram } from '@polygate/testkit';
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

/** A process that has not ended: one that nobody has waited for yet has. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
