import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { windowsCommand } from '@polygate/core/windows';

/** Starts a command without a window of its own; on Windows also one that is a batch file. */
export function spawnHidden(argv: readonly string[], options: SpawnOptions & { env: Record<string, string> }): ChildProcess {
  const hidden = { ...options, windowsHide: true };
  if (process.platform !== 'win32') {
    const [program = '', ...args] = argv;
    return spawn(program, args, hidden);
  }
  const { program, args, verbatim } = windowsCommand(argv, process.env.ComSpec ?? 'cmd.exe');
  return spawn(program, args, { ...hidden, windowsVerbatimArguments: verbatim });
}
