import type { ExecFileException } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseProcStat } from '@polygate/core';
import type { CommandOptions, CommandResult, Processes, ProcessInfo } from '../ports.ts';
import { readProc } from './procfs.ts';

const DEFAULT_TIMEOUT_MS = 15_000;
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
/** Clock ticks per second of /proc (USER_HZ): 100 on every architecture that Node runs on. */
const TICK_MS = 10;

let onWindows: Promise<(pid: number) => Promise<ProcessInfo | undefined>> | undefined;

const windowsTree: NonNullable<Processes['endTree']> = async (target) =>
  (await import('./windows-processes.ts')).endWindowsTree(query, target);

async function windowsInfo(pid: number): Promise<ProcessInfo | undefined> {
  onWindows ??= import('./windows-processes.ts').then((windows) => windows.windowsInfo(query));
  return (await onWindows)(pid);
}

const infoOf: Partial<Record<NodeJS.Platform, Processes['info']>> = { linux: linuxInfo, win32: windowsInfo };

export const nodeProcesses: Processes = {
  query,

  async run(argv, options = {}) {
    // execa is loaded only where something is changed: it costs more than all the rest of a light command.
    const { execa } = await import('execa');
    const [program = '', ...args] = argv;
    // execa asks cmd for what it does not find on Windows, which ends with a code as if it had run.
    if (process.platform === 'win32' && path.isAbsolute(program) && !existsSync(program))
      return { code: undefined, stdout: '', stderr: '', failure: `ENOENT: there is no ${program}` };
    const result = await execa(program, args, {
      reject: false,
      stdin: 'ignore',
      extendEnv: options.env === undefined,
      ...(options.env === undefined ? {} : { env: defined(options.env) }),
      timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
      cleanup: true,
    });
    return {
      code: result.exitCode,
      stdout: result.stdout,
      stderr: result.stderr,
      failure: result.exitCode === undefined ? result.shortMessage : undefined,
    };
  },

  launch: async (argv) => (await import('./launch.ts')).launch(argv),

  info: infoOf[process.platform] ?? psInfo,

  ...(process.platform === 'win32' ? { endTree: windowsTree } : {}),

  async environmentOf(pid) {
    const text = readProc(`${pid}/environ`);
    if (text === undefined) return undefined;
    return Object.fromEntries(
      text.split('\0').flatMap((entry) => {
        const at = entry.indexOf('=');
        return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : [];
      }),
    );
  },

  async signal({ pid, stamp }, signal) {
    const now = await this.info(pid);
    if (now?.stamp !== stamp) return false;
    if (this.endTree) return this.endTree({ pid, stamp });
    try {
      process.kill(pid, signal);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
      throw error;
    }
  },
};

async function query(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  // Loaded when something is asked: light commands ask nobody.
  const { execFile } = await import('node:child_process');
  const [program = '', ...args] = argv;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      {
        encoding: 'utf8',
        maxBuffer: MAX_OUTPUT_BYTES,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        ...(options.env === undefined ? {} : { env: defined(options.env) }),
      },
      (error, stdout, stderr) => {
        const failure = error === null ? undefined : failureOf(error, timeoutMs);
        resolve({ code: failure === undefined ? Number(error?.code ?? 0) : undefined, stdout, stderr, failure });
      },
    );
    // Nobody answers: a question on stdin ends at once instead of with the time.
    child.stdin?.on('error', () => undefined).end();
  });
}

/** Why a command gave no exit status; undefined when it gave one. A name in `code` is why it could not be started or read. */
function failureOf({ code, signal, killed, message }: ExecFileException, timeoutMs: number): string | undefined {
  if (typeof code === 'number') return undefined;
  if (typeof code === 'string') return message;
  return killed ? `did not end within ${timeoutMs} ms` : `ended by ${signal}`;
}

const defined = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((e): e is [string, string] => e[1] !== undefined));

async function linuxInfo(pid: number): Promise<ProcessInfo | undefined> {
  const [statText, status, cmdline] = [`${pid}/stat`, `${pid}/status`, `${pid}/cmdline`].map(readProc);
  const [uptime, bootId] = ['uptime', 'sys/kernel/random/boot_id'].map(readProc);
  const stat = statText === undefined ? undefined : parseProcStat(statText);
  // A zombie has ended; only its parent has not asked yet.
  if (!stat || stat.state === 'Z' || stat.state === 'X') return undefined;
  const command = (cmdline ?? '').split('\0').filter(Boolean).join(' ').trim();
  const uid = /^Uid:\s+(\d+)/m.exec(status ?? '')?.[1];
  const upMs = Number.parseFloat(uptime ?? '0') * 1000;
  return {
    pid,
    ppid: stat.ppid,
    command: command || stat.comm,
    uid: uid === undefined ? undefined : Number(uid),
    stamp: `${(bootId ?? '').trim()}/${stat.startTicks}`,
    ageMs: Math.max(0, upMs - Number(stat.startTicks) * TICK_MS),
  };
}

/** macOS and the BSDs: ps(1). The start time has a resolution of one second. */
async function psInfo(pid: number): Promise<ProcessInfo | undefined> {
  const { code, stdout } = await query(['ps', '-o', 'ppid=,uid=,stat=,lstart=,command=', '-p', String(pid)], {
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/m.exec(stdout);
  if (code !== 0 || !match || match[3]?.startsWith('Z')) return undefined;
  const started = Date.parse(match[4] as string);
  return {
    pid,
    ppid: Number(match[1]),
    command: (match[5] as string).trim(),
    uid: Number(match[2]),
    stamp: String(started),
    ageMs: Math.max(0, Date.now() - started),
  };
}
