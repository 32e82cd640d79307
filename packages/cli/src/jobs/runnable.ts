import { Problem } from '@polygate/core';
import { whyNoBatchLine } from '@polygate/core/windows';
import type { Host } from '@polygate/host';
import { programsOnPath, searchPath } from '@polygate/host/on-path';

/**
 * A command line with the file that its program's name stands for (see runnableProgram).
 * @throws Problem PROGRAM_NOT_FOUND; PROGRAM_NOT_EXECUTABLE, also for a batch file whose words cmd would change
 */
export async function runnableCommand(host: Host, argv: readonly string[], cwd: string, env: Host['env']): Promise<string[]> {
  const [program = '', ...args] = argv;
  const path = await runnableProgram(host, program, cwd, env);
  if (host.platform === 'win32') {
    const reason = whyNoBatchLine([path, ...args]);
    const help =
      'name what the batch file runs, without it: --program "C:\\path\\to\\node.exe C:\\path\\to\\script.js its arguments"';
    if (reason !== undefined) throw new Problem('PROGRAM_NOT_EXECUTABLE', { program, path, reason, help });
  }
  return [path, ...args];
}

/**
 * The file that a program's name stands for: a path as it is (from `cwd`), a bare name by PATH. Symlinks are kept.
 * @throws Problem PROGRAM_NOT_FOUND or PROGRAM_NOT_EXECUTABLE, with where it was looked for
 */
async function runnableProgram(host: Host, program: string, cwd: string, env: Host['env']): Promise<string> {
  const { paths, files, platform } = host;
  const isPath = /[/\\]/.test(platform === 'win32' ? program : program.replaceAll('\\', ''));
  if (!isPath) {
    const [found] = await programsOnPath({ ...host, env }, program);
    if (found !== undefined) return found;
    throw new Problem('PROGRAM_NOT_FOUND', { program, looked: searchPath({ ...host, env }).join(', ') || 'an empty PATH' });
  }
  const path = paths.resolve(cwd, program);
  const found = await files.stat(path);
  if (!found) throw new Problem('PROGRAM_NOT_FOUND', { program, looked: path });
  if (found.kind !== 'file') throw new Problem('PROGRAM_NOT_EXECUTABLE', { program, path, reason: 'it is not a file' });
  if (platform !== 'win32' && (found.mode & 0o111) === 0) {
    throw new Problem('PROGRAM_NOT_EXECUTABLE', { program, path, reason: 'it is not executable (chmod +x)' });
  }
  return path;
}
