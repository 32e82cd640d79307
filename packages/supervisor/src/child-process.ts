import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';

/** What is started, and where its output goes. */
export interface ChildSpec {
  /** `product/profile`. */
  id: string;
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** stdout and stderr are appended here: a file takes every line, also when the supervisor is gone. */
  outputPath: string;
}

export interface Spawned {
  pid: number;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts a child in a process group of its own, stdin closed. Rejects when it cannot be started. */
export function spawnChild({ argv, env, cwd, outputPath }: ChildSpec): Promise<Spawned> {
  const [program = '', ...args] = argv;
  mkdirSync(path.dirname(outputPath), { recursive: true, mode: 0o700 });
  const output = openSync(outputPath, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(program, args, { cwd, env: { ...env }, detached: true, stdio: ['ignore', output, output] });
  } finally {
    closeSync(output);
  }
  return new Promise((resolve, reject) => {
    const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
      child.once('exit', (code, signal) => done({ code, signal }));
    });
    child.once('error', reject);
    child.once('spawn', () => resolve({ pid: child.pid as number, exited }));
  });
}

/** Signals the whole group of a child that has not been reaped yet. False when it is gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
