import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export interface RunOptions {
  cwd?: string;
  env: Record<string, string>;
  input?: string;
  timeoutMs?: number;
  /** In a process group of its own, and signalled as one: what Ctrl-C in a terminal does. */
  group?: boolean;
}

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** stdout as the one JSON document that it must be. */
  json<T = Record<string, unknown>>(): T;
}

/** A process under test: what it printed so far, and ways to wait for it. It is ended by its own pid. */
export class Running {
  stdout = '';
  stderr = '';
  readonly pid: number;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #child: ChildProcess;
  readonly #group: boolean;
  #ended = false;

  constructor(child: ChildProcess, group = false) {
    this.#child = child;
    this.#group = group;
    this.pid = child.pid ?? -1;
    child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        this.#ended = true;
        resolve({ code, signal });
      });
    });
  }

  /** Waits until what it printed matches; the error holds all that it printed. */
  async readUntil(pattern: RegExp, timeoutMs = 20_000): Promise<RegExpExecArray> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const match = pattern.exec(this.stdout + this.stderr);
      if (match) return match;
      if (this.#ended || Date.now() > end) {
        throw new Error(
          `${this.#ended ? 'ended' : 'timed out'} before ${pattern}\nstdout:\n${this.stdout}\nstderr:\n${this.stderr}`,
        );
      }
      await delay(10);
    }
  }

  /** Closes the pipes that it prints to, as a terminal that goes away does. */
  stopReading(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#ended) return;
    if (this.#group) process.kill(-this.pid, signal);
    else this.#child.kill(signal);
  }

  /** Ends it in good order, by force after `graceMs`. */
  async stop(
    signal: NodeJS.Signals = 'SIGTERM',
    graceMs = 15_000,
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.kill(signal);
    const forced = setTimeout(() => this.kill('SIGKILL'), graceMs);
    const result = await this.exited;
    clearTimeout(forced);
    return result;
  }
}

/** Starts a command and lets it run. */
export function startCommand(argv: readonly string[], { cwd, env, group = false }: RunOptions): Running {
  const [program = '', ...args] = argv;
  return new Running(spawn(program, args, { cwd, env, detached: group, stdio: ['ignore', 'pipe', 'pipe'] }), group);
}

/** Runs a command to its end. One that overruns its time is killed, and the error says what it had printed. */
export async function runCommand(argv: readonly string[], options: RunOptions): Promise<Finished> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const running = new Running(child);
  if (options.input !== undefined) child.stdin?.end(options.input);
  let overran = false;
  const timer = setTimeout(() => {
    overran = true;
    running.kill('SIGKILL');
  }, options.timeoutMs ?? 50_000);
  const { code, signal } = await running.exited;
  clearTimeout(timer);
  const { stdout, stderr } = running;
  if (overran) throw new Error(`overran its time: ${argv.join(' ')}\nstdout:\n${stdout}\nstderr:\n${stderr}`);
  return {
    code,
    signal,
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
