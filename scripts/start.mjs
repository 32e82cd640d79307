// npm start: the main job on an embedded default. Two profiles, main and rescue, in a folder inside this clone.
import { spawn } from 'node:child_process';
import { ensureBuilt, ensureInstalled, run } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';

const PROFILES = ['main', 'rescue'];
const home = repoPath('.polygate');
const command = repoPath('packages/cli/bin/zero.cjs');
const env = { ...process.env, POLYGATE_HOME: home };
// A shell that a gateway started carries that gateway's selectors; here only the two profiles count.
for (const name of Object.keys(env)) if (/^ZERO_/.test(name)) delete env[name];

await ensureInstalled();
await ensureBuilt();
console.log(`State of this trial: ${home}`);
for (const profile of PROFILES) {
  console.log(`Setting up ${profile} …`);
  await run(
    process.execPath,
    [command, '--profile', profile, 'onboard', '--non-interactive', '--accept-risk', '--no-install-daemon', '--json'],
    {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
}
console.log('Bringing both up; Ctrl-C stops them.');
const up = spawn(process.execPath, [command, 'up', ...PROFILES], { env, stdio: 'inherit' });
// Ctrl-C reaches the child by itself from a terminal; from anywhere else it is passed on. This waits for the end in both cases.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => up.kill(signal));
up.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
});
