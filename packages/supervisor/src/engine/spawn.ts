import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import type { InstanceSpec } from '@polygate/core/supervise';
import { spawnHidden } from './spawn-hidden.ts';

export type Launched = { process: ChildProcess; pid: number } | { failed: Promise<SpawnFailure> };

export interface SpawnFailure {
  reason: string;
  /** For want of something that comes back. */
  passing: boolean;
}

/** Errors that pass by themselves: no process, file or memory to be had now, or no room for the log. */
const PASSING = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'ENOSPC', 'EDQUOT', 'ETXTBSY']);

/**
 * Starts a process in a group and session of its own: stdin empty, stdout and stderr appended to a private file, which takes
 * every line also when the supervisor is gone. Its environment is what the specification says and `markers`, nothing else.
 */
export function launch(spec: InstanceSpec, argv: readonly string[], markers: Readonly<Record<string, string>>): Launched {
  const [program = ''] = argv;
  let output: number | undefined;
  try {
    output = openOutput(spec.output.path);
    const env = { ...spec.env, ...markers };
    const child = spawnHidden(argv, { cwd: spec.cwd, env, detached: true, stdio: ['ignore', output, output] });
    if (child.pid !== undefined) return { process: child, pid: child.pid };
    return {
      failed: new Promise((resolve) => {
        child.once('error', (error) => resolve(failure(error, program, spec.cwd)));
      }),
    };
  } catch (error) {
    return { failed: Promise.resolve(failure(error as Error, program, spec.cwd)) };
  } finally {
    if (output !== undefined) closeSync(output);
  }
}

function openOutput(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    return openSync(file, 'a', 0o600);
  }
}

function failure(error: NodeJS.ErrnoException, program: string, cwd: string): SpawnFailure {
  const { code = '', syscall = '' } = error;
  const passing = PASSING.has(code);
  if (!syscall.startsWith('spawn')) return { reason: error.message, passing };
  // A folder that is not there is told as if the program were not.
  if (code === 'ENOENT' && !existsSync(cwd)) return { reason: `its folder ${cwd} is not there`, passing };
  if (code === 'ENOENT') return { reason: `its program ${JSON.stringify(program)} is not there (ENOENT)`, passing };
  if (code === 'EACCES') return { reason: `its program ${JSON.stringify(program)} may not be run (EACCES)`, passing };
  return { reason: `its program ${JSON.stringify(program)} cannot be started (${code || error.message})`, passing };
}
