import type { CommandResult } from '../ports.ts';

/** Starts a program that goes on by itself. Its exit status is nobody's to know: 0 says that it was started. */
export async function launch(argv: readonly string[]): Promise<CommandResult> {
  const { spawn } = await import('node:child_process');
  const { program, args, verbatim } = commandOf(argv);
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

/** Windows starts no batch file by itself (Node refuses to since April 2024): cmd.exe does, and takes one more pair of quotes away. */
function commandOf([program = '', ...args]: readonly string[]): { program: string; args: string[]; verbatim: boolean } {
  if (!/\.(cmd|bat)$/i.test(program) || args.length > 0) return { program, args, verbatim: false };
  return { program: process.env.ComSpec ?? 'cmd.exe', args: ['/d', '/s', '/c', `""${program}""`], verbatim: true };
}
