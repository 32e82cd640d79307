// What every root script needs first: dependencies installed, the command built. Node's own modules only, because on a
// fresh clone there is nothing else.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { repoPath } from './files.mjs';

const INPUTS = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'];
const STAMP = repoPath('node_modules/.polygate-installed');
/** The file that pnpm writes last: an install that was cut off has none. */
const PNPM_DONE = repoPath('node_modules/.modules.yaml');

/** Version of pnpm that package.json names, without its hash. */
export async function pnpmVersion() {
  const { packageManager } = JSON.parse(await readFile(repoPath('package.json'), 'utf8'));
  return /^pnpm@([^+]+)/.exec(packageManager)[1];
}

/** Runs a program with its output shown; rejects when it does not exit with 0. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', cwd: repoPath(), ...options });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ${args.join(' ')} ended with ${signal ?? code}`));
    });
  });
}

/** Installs dependencies when the lockfile is newer than what is installed. Says so; a second run does nothing. */
export async function ensureInstalled() {
  const texts = await Promise.all(INPUTS.map((file) => readFile(repoPath(file))));
  const wanted = createHash('sha256').update(Buffer.concat(texts)).digest('hex');
  const stamped = await Promise.all([readFile(STAMP, 'utf8'), access(PNPM_DONE)]).catch(() => ['']);
  if (stamped[0] === wanted) return;
  console.log('Installing dependencies …');
  // npx fetches pnpm itself: nothing has to be there but Node and npm. CI=true keeps pnpm from asking.
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  await run(npx, ['-y', `pnpm@${await pnpmVersion()}`, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    env: { ...process.env, CI: 'true' },
    shell: process.platform === 'win32',
  });
  await access(PNPM_DONE); // pnpm whose output is cut off ends with 0 all the same
  await writeFile(STAMP, wanted);
}

/** Builds the command when its sources are newer. */
export async function ensureBuilt() {
  await run(process.execPath, [repoPath('scripts/build.mjs'), '--if-stale']);
}

/** Path of a development tool's entry, for running it with this very Node. */
export function toolPath(...parts) {
  return repoPath('node_modules', ...parts);
}
