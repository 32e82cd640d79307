// npm run gateway:watch: the development loop. Rebuilds on every edit and restarts the gateway of the profile dev.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { ensureBuilt, ensureInstalled } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';

const QUIET_MS = 150;
const args = [repoPath('packages/cli/bin/zero.cjs'), '--dev', 'gateway', '--verbose', ...process.argv.slice(2)];
let gateway;
let timer;
let stopping = false;

await ensureInstalled();
await restart();
watch(repoPath('packages'), { recursive: true }, (_, file) => {
  if (!file || !/[\\/]src[\\/].*\.ts$/.test(file) || file.endsWith('.test.ts')) return;
  clearTimeout(timer);
  timer = setTimeout(() => void restart(), QUIET_MS);
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    stopping = true;
    await end();
    process.exit(0);
  });
}

async function restart() {
  try {
    await ensureBuilt();
  } catch (error) {
    console.error(`${error.message}; the gateway goes on as it was`);
    return;
  }
  await end();
  if (!stopping) gateway = spawn(process.execPath, args, { stdio: 'inherit' });
}

function end() {
  if (!gateway || gateway.exitCode !== null || gateway.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    gateway.once('exit', resolve);
    gateway.kill('SIGTERM');
  });
}
