// npm run e2e:windows: stories on real win32 builds of Node under Wine, with the built command. It installs about 1 GB, once.
import { spawn } from 'node:child_process';
import { ensureBuilt, ensureInstalled, toolPath } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';

await ensureInstalled();
await ensureBuilt();
const child = spawn(
  process.execPath,
  [toolPath('vitest/vitest.mjs'), 'run', '--project', 'windows', '--maxWorkers=2', ...process.argv.slice(2)],
  {
    cwd: repoPath(),
    stdio: 'inherit',
  },
);
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
