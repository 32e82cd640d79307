import { spawn } from 'node:child_process';
import { toolPath } from './ensure.mjs';
import { repoPath } from './files.mjs';

/** Runs the stories of one project of vitest, with its output shown. Its exit code becomes that of this process. */
export function runStories(project, args, { env = process.env } = {}) {
  const vitest = [toolPath('vitest/vitest.mjs'), 'run', '--project', project, ...args];
  const child = spawn(process.execPath, vitest, { cwd: repoPath(), stdio: 'inherit', env });
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
}
