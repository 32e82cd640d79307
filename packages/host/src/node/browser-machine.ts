import { readFile, readlink, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { MachineNames } from '@polygate/core/browser';
import type { Host } from '../ports.ts';

/** A browser that was started here, in a process group of its own. */
export interface StartedBrowser {
  pid: number;
  /** Its end, as a reason. Never rejects. */
  exited: Promise<string>;
  /** Calls with each line that it prints from now on, and with those so far. */
  onLine(tell: (line: string) => void): void;
}

/** What is needed of a machine to start browsers and to find them again. */
export interface BrowserMachine {
  names(): Promise<MachineNames>;
  /** Starts a program. @throws the error of the system where it cannot be run */
  start(program: string, args: readonly string[], options: { env: Record<string, string>; cwd: string }): Promise<StartedBrowser>;
  /** Sends a signal to a process and all of its group, if it is still that process; false when it is gone. */
  signal(target: { pid: number; stamp: string }, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean>;
  /** Ends what is left of the group of a process that is gone. */
  endRest(pid: number): void;
  /** What the lock on a browser's data leads to; undefined when there is none. */
  lockOn(userDataDir: string): Promise<string | undefined>;
  clearLock(userDataDir: string): Promise<void>;
}

/** Of the last lines that a browser printed, so many are kept. */
const KEPT = 50;
const LONGEST_LINE = 2_000;
const LAST_WORDS_MS = 100;

export function nodeBrowserMachine({ processes, platform }: Pick<Host, 'processes' | 'platform'>): BrowserMachine {
  return {
    names: async () => ({
      host: hostname(),
      id: await textOf('/etc/machine-id'),
      boot: await textOf('/proc/sys/kernel/random/boot_id'),
      space: await readlink('/proc/self/ns/pid').catch(() => ''),
    }),

    async start(program, args, { env, cwd }) {
      const { spawn } = await import('node:child_process');
      const child = spawn(program, args, {
        ...{ env, cwd, detached: platform !== 'win32', windowsHide: true },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const lines: string[] = [];
      let tell: ((line: string) => void) | undefined;
      eachLine(child.stderr, (line) => {
        lines.push(line);
        if (lines.length > KEPT) lines.shift();
        tell?.(line);
      });
      const exited = new Promise<string>((resolve) => {
        child.once('exit', (code, signal) => {
          const reason = signal === null ? `it exited with ${code}` : `it was ended by ${signal}`;
          // Its last words may come after it; helpers that outlive it may keep the pipe open.
          const timer = setTimeout(() => resolve(reason), LAST_WORDS_MS);
          child.once('close', () => {
            clearTimeout(timer);
            resolve(reason);
          });
        });
      });
      await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
      return {
        pid: child.pid as number,
        exited,
        onLine(next) {
          for (const line of lines) next(line);
          tell = next;
        },
      };
    },

    async signal(target, signal) {
      if ((await processes.info(target.pid))?.stamp !== target.stamp) return false;
      if (platform === 'win32') return processes.signal(target, signal);
      return kill(-target.pid, signal) || kill(target.pid, signal);
    },

    endRest(pid) {
      if (platform !== 'win32') kill(-pid, 'SIGKILL');
    },

    lockOn: (userDataDir) => readlink(path.join(userDataDir, 'SingletonLock')).catch(() => undefined),

    async clearLock(userDataDir) {
      for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie'])
        await unlink(path.join(userDataDir, name)).catch(() => undefined);
    },
  };
}

/** '' when there is none, or it may not be read. */
const textOf = async (file: string) => (await readFile(file, 'utf8').catch(() => '')).trim();

function eachLine(stream: NodeJS.ReadableStream, tell: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('error', () => undefined);
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of lines) tell(line.slice(0, LONGEST_LINE));
  });
  stream.on('end', () => rest !== '' && tell(rest));
}

/** False when there is no such process or group. */
function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
