import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** A process in a group of its own that appends to a log, as a supervisor starts it. */
export async function writingChild(
  argv: readonly string[],
  { log, cwd, env = {} }: { log: string; cwd: string; env?: Record<string, string | undefined> },
): Promise<{ pid: number; exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }> }> {
  const [program = '', ...args] = argv;
  const output = openSync(log, 'a', 0o600);
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  return { pid: child.pid as number, exited };
}
