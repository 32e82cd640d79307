import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { toolPath } from '../lib/ensure.mjs';
import { repoPath } from '../lib/files.mjs';

/**
 * Runs a story of e2e/ at another scale, given in variables. Gives whether it passed, and the figures that it wrote, one
 * object a line.
 */
export async function runStory(words, env) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'polygate-soak-'));
  const file = path.join(folder, 'figures');
  try {
    const passed = await new Promise((resolve) => {
      const child = spawn(process.execPath, [toolPath('vitest/vitest.mjs'), 'run', '--project', 'e2e', words], {
        cwd: repoPath(),
        stdio: 'inherit',
        env: { ...process.env, ...env, POLYGATE_SOAK_FIGURES: file },
      });
      child.on('close', (code) => resolve(code === 0));
    });
    const lines = (await readFile(file, 'utf8').catch(() => '')).trim().split('\n').filter(Boolean);
    return { passed, figures: lines.map((line) => JSON.parse(line)) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
