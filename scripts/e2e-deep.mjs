// npm run e2e:deep: stories that npm test, which has eight minutes on two processors, leaves out: services that go wrong under a
// real systemd, adopting, uninstalling, doctor there; logs and the ledger killed at every step; doubles of launchd and Windows.
import { spawn } from 'node:child_process';
import { ensureBuilt, ensureInstalled, toolPath } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';

await ensureInstalled();
await ensureBuilt();
const child = spawn(process.execPath, [toolPath('vitest/vitest.mjs'), 'run', '--project', 'deep', ...process.argv.slice(2)], {
  cwd: repoPath(),
  stdio: 'inherit',
});
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
