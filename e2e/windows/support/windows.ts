import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BOX, WINE, wineEnv } from '../../../scripts/lib/wine/box.mjs';
import { commandLine } from './command-line.ts';

/** Drive C: as Linux sees it. */
export const C: string = path.join(BOX, 'prefix', 'drive_c');
const RUNS = path.join(C, 'runs');

/** A path of Windows as Linux sees it. */
export function onLinux(windows: string): string {
  if (!/^C:\\/i.test(windows)) throw new Error(`not on drive C: ${windows}`);
  return path.join(C, ...windows.slice(3).split('\\'));
}

export interface WindowsOptions {
  /** Exactly these variables: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  cwd?: string;
  timeoutMs?: number;
}

export interface WindowsResult {
  code: number | null;
  stdout: string;
  stderr: string;
  /** stdout as the one JSON document that it must be. */
  json<T = Record<string, unknown>>(): T;
}

/** A program on Windows, from its start: what it printed so far, and ways to wait for it. */
export class WindowsProgram {
  readonly #child: ChildProcess;
  readonly #base: string;
  readonly exited: Promise<void>;
  #ended = false;

  constructor(child: ChildProcess, base: string) {
    this.#child = child;
    this.#base = base;
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => {
        this.#ended = true;
        resolve();
      });
    });
  }

  get stdout(): string {
    return readText(`${this.#base}.out`);
  }

  get stderr(): string {
    return readText(`${this.#base}.err`);
  }

  /** Whole, as Windows has it; null when it never started or was ended by force from outside of Windows. */
  get code(): number | null {
    const text = readText(`${this.#base}.spec.code`);
    return text === '' ? null : Number(text);
  }

  /** Its number on Windows. */
  get pid(): number {
    return Number(readText(`${this.#base}.spec.pid`));
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Waits until what it printed matches; the error holds all that it printed. */
  async readUntil(pattern: RegExp, timeoutMs = 60_000): Promise<RegExpExecArray> {
    for (const end = Date.now() + timeoutMs; ; ) {
      const ended = this.#ended;
      const { stdout, stderr } = this;
      const match = pattern.exec(stdout + stderr);
      if (match) return match;
      if (ended || Date.now() > end) {
        throw new Error(`${ended ? 'ended' : 'timed out'} before ${pattern}\nstdout:\n${stdout}\nstderr:\n${stderr}`);
      }
      await delay(25);
    }
  }

  /** As the Task Manager ends a task: at once. */
  async end(): Promise<void> {
    if (!this.#ended && this.pid > 0) {
      await runWindows(['C:\\windows\\system32\\taskkill.exe', '/F', '/T', '/PID', String(this.pid)], { env: {} });
    }
    if (!this.#ended) this.#child.kill('SIGKILL');
    await this.exited;
  }
}

let serial = 0;

/** Starts a program on Windows. Its output goes through files: libuv on Wine takes no pipe of Linux. */
export async function startWindows(
  argv: readonly string[] | string,
  { env, cwd = 'C:\\' }: WindowsOptions,
): Promise<WindowsProgram> {
  await mkdir(RUNS, { recursive: true });
  const base = path.join(RUNS, `${process.pid}-${(serial += 1)}`);
  const line = typeof argv === 'string' ? argv : commandLine(argv);
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}\0`);
  await writeFile(`${base}.spec`, Buffer.from(`${cwd}\0${line}\0${variables.join('') || '\0'}\0`, 'utf16le'));
  const [out, err] = [openSync(`${base}.out`, 'w'), openSync(`${base}.err`, 'w')];
  try {
    const child = spawn(WINE, ['C:\\with-env.exe', `C:\\runs\\${path.basename(base)}.spec`], {
      env: wineEnv(),
      cwd: C,
      stdio: ['ignore', out, err],
    });
    return new WindowsProgram(child, base);
  } finally {
    closeSync(out);
    closeSync(err);
  }
}

/** Runs a program on Windows to its end. */
export async function runWindows(argv: readonly string[] | string, options: WindowsOptions): Promise<WindowsResult> {
  let program = await startWindows(argv, options);
  const { timeoutMs = 150_000 } = options;
  // Wine itself, busy with another program's start, may fail to start one.
  for (let again = 0; again < 2 && (await endedUnstarted(program)); again += 1) program = await startWindows(argv, options);
  const over = await Promise.race([program.exited.then(() => false), delay(timeoutMs, true, { ref: false })]);
  const { stdout, stderr, code } = program;
  if (over) {
    const others = await processes();
    await program.end();
    throw new Error(`overran its time: ${argv}\nstdout:\n${stdout}\nstderr:\n${stderr}\nbeside it:\n${others}`);
  }
  return {
    code,
    stdout,
    stderr,
    json: <T>() => {
      try {
        return JSON.parse(stdout) as T;
      } catch {
        throw new Error(`stdout is not one JSON document (exit ${code}):\n${stdout}\nstderr:\n${stderr}`);
      }
    },
  };
}

const endedUnstarted = async (program: WindowsProgram) => {
  while (!program.hasEnded && program.pid === 0) await delay(20);
  return program.pid === 0;
};

/** Every process of the box, a line each. */
async function processes(): Promise<string> {
  const program = await startWindows(['C:\\windows\\system32\\processes.exe'], { env: {} });
  await Promise.race([program.exited, delay(20_000, undefined, { ref: false })]);
  return program.stdout;
}

const readText = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
