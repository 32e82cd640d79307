// npm run fuzz [-- --frames N --seed S]: frames that may be anything against the built gateway, then crowds and guessers.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';
import { fleetHome } from './lib/fleet-home.mjs';
import { loadTs } from './lib/load-ts.mjs';

const { values } = parseArgs({
  options: { frames: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
/** Sockets of the crowd, on either side of it. */
const FILES_NEEDED = 2_600;

await ensureInstalled();
await ensureBuilt();
const { crowd, fuzz, guessers } = await loadTs('e2e/support/fuzz/index.ts');
const fleet = await fleetHome({ count: 1 });
const [instance] = fleet.instances;
const [program, ...args] = fleet.command('--profile', instance.name, 'gateway');
const gateway = spawn(program, args, { env: fleet.env, stdio: ['ignore', 'pipe', 'inherit'] });
try {
  await new Promise((resolve, reject) => {
    gateway.stdout.on('data', (chunk) => String(chunk).includes('listening on') && resolve());
    gateway.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`)));
  });
  const config = JSON.parse(readFileSync(`${instance.stateDir}/zero.json`, 'utf8'));
  const schemaPath = repoPath('packages/protocol/src/gen/schema.json');
  const target = { port: instance.port, token: config.gateway.auth.token, pid: gateway.pid, schemaPath };

  console.log(`seed ${seed}: ${values.frames} frames`);
  const report = await fuzz(target, { seed, frames: Number(values.frames) });
  console.log(report);
  if (report.faults.length > 0) process.exitCode = 1;

  if (filesAllowed() < FILES_NEEDED) console.log(`crowd: skipped, needs ${FILES_NEEDED} open files (ulimit -n)`);
  else console.log('crowd', await crowd(target, { idle: 2_000, slow: 200, watchers: 10 }));
  console.log('guessers', await guessers(target, { guesses: 10_000, atOnce: 100 }));
  if (gateway.exitCode !== null) throw new Error(`the gateway ended with ${gateway.exitCode}`);
} finally {
  if (gateway.exitCode === null && gateway.kill('SIGTERM')) await new Promise((resolve) => gateway.once('exit', resolve));
  await fleet.remove();
}

function filesAllowed() {
  try {
    return Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
