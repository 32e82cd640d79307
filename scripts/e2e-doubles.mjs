// npm run e2e:doubles: stories of the built command beside doubles of launchd and of Windows' services. Not part of npm test,
// which has eight minutes on two processors.
import { spawn } from 'node:child_process';
import { ensureBuilt, ensureInstalled, toolPath } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';

await ensureInstalled();
await ensureBuilt();
const child = spawn(process.execPath, [toolPath('vitest/vitest.mjs'), 'run', '--project', 'doubles', ...process.argv.slice(2)], {
  cwd: repoPath(),
  stdio: 'inherit',
});
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
