import { spawn } from 'node:child_process';
import { whyNoBatchLine, windowsCommand } from '@polygate/core/windows';
import type { CommandResult } from '../ports.ts';

/** Starts a program that goes on by itself. Its exit status is nobody's to know: 0 says that it was started. */
export function launch(argv: readonly string[]): Promise<CommandResult> {
  const reason = whyNoBatchLine(argv);
  if (reason !== undefined) return Promise.resolve({ code: undefined, stdout: '', stderr: '', failure: reason });
  const { program, args, verbatim } = windowsCommand(argv, process.env.ComSpec ?? 'cmd.exe');
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      detached: true,
      stdio: 'ignore',
      windowsHide: true,
      windowsVerbatimArguments: verbatim,
    });
    child.on('error', ({ message }) => resolve({ code: undefined, stdout: '', stderr: '', failure: message }));
    child.on('spawn', () => {
      child.unref();
      resolve({ code: 0, stdout: '', stderr: '', failure: undefined });
    });
  });
}
