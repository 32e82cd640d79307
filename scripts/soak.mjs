// npm run soak: what takes too long for every run of the tests. 50 onboards at once, twice; prints how long they took.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, toolPath } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';

const PROCESSES = 50;
const ROUNDS = 2;

await ensureInstalled();
await ensureBuilt();
const folder = await mkdtemp(path.join(os.tmpdir(), 'polygate-soak-'));
const figures = path.join(folder, 'figures');
try {
  let failed = 0;
  for (let round = 1; round <= ROUNDS; round += 1) failed += (await story()) === 0 ? 0 : 1;
  const lines = (await readFile(figures, 'utf8').catch(() => '')).trim().split('\n').filter(Boolean);
  for (const [i, line] of lines.entries()) {
    const { processes, tookMs, slowestMs, ports } = JSON.parse(line);
    const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
    console.log(
      `round ${i + 1}: ${processes} onboards, ${ports} ports, all different; all done after ${seconds(tookMs)}, slowest ${seconds(slowestMs)}`,
    );
  }
  console.log(`${ROUNDS - failed} of ${ROUNDS} rounds passed`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true });
}

function story() {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [toolPath('vitest/vitest.mjs'), 'run', '--project', 'e2e', 'concurrent-onboards'], {
      cwd: repoPath(),
      stdio: 'inherit',
      env: { ...process.env, POLYGATE_SOAK_PROCESSES: String(PROCESSES), POLYGATE_SOAK_FIGURES: figures },
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
