// npm run fuzz [-- --frames N --requests N --seed S]: frames and HTTP requests that may be anything against the built gateway, then
// crowds and guessers.
// Between rounds its memory is looked at: it may not grow from the first quarter of the rounds to the last.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';
import { fleetHome } from './lib/fleet-home.mjs';
import { loadTs } from './lib/load-ts.mjs';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
/** What the gateway wrote down last of what it did not expect. */
const lastErrors = () =>
  readdirSync(`${instance.stateDir}/logs`)
    .filter((name) => name.startsWith('gateway-'))
    .flatMap((name) => readFileSync(`${instance.stateDir}/logs/${name}`, 'utf8').split('\n'))
    .filter((line) => line.includes('"level":"error"'))
    .slice(-3);

/** Sockets of the crowd, on either side of it. */
const FILES_NEEDED = 2_600;
const ROUNDS = 20;
/** MiB that the heap may be larger at the end: what it keeps by design (1,000 answers to idempotency keys, and the like) varies. */
const MAY_GROW = 4;

await ensureInstalled();
await ensureBuilt();
const { configs, crowd, fuzz, fuzzHttp, guessers, openHeap } = await loadTs('e2e/support/fuzz/index.ts');
const fleet = await fleetHome({ count: 1 });
const [instance] = fleet.instances;
const configPath = `${instance.stateDir}/zero.json`;
const config = JSON.parse(readFileSync(configPath, 'utf8'));
const hookToken = 'fuzz-hook-token';
config.hooks = {
  enabled: true,
  token: hookToken,
  mappings: [{ match: { path: 'mapped' }, messageTemplate: '{{from}}', deliver: false }],
};
config.gateway.http = { endpoints: { metrics: { enabled: true } } };
writeFileSync(configPath, JSON.stringify(config), { mode: 0o600 });
const [program, ...args] = fleet.command('--profile', instance.name, 'gateway');
const gateway = spawn(program, ['--inspect=127.0.0.1:0', ...args], { env: fleet.env, stdio: ['ignore', 'pipe', 'pipe'] });
const inspector = new Promise((resolve) => {
  gateway.stderr.on('data', (chunk) => {
    const url = /Debugger listening on (ws:\S+)/.exec(chunk);
    if (url) resolve(url[1]);
    else if (!/For help, see|Debugger attached/.test(chunk)) process.stderr.write(chunk);
  });
});
let heap;
try {
  await new Promise((resolve, reject) => {
    gateway.stdout.on('data', (chunk) => String(chunk).includes('listening on') && resolve());
    gateway.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`)));
  });
  const schemaPath = repoPath('packages/protocol/src/gen/schema.json');
  const target = { port: instance.port, token: config.gateway.auth.token, hookToken, pid: gateway.pid, schemaPath };

  heap = await openHeap(await inspector);
  await inRounds(`${values.frames} frames`, (round) =>
    fuzz(target, { seed: seed + round, frames: Math.ceil(Number(values.frames) / ROUNDS) }),
  );
  await inRounds(`${values.requests} HTTP requests`, (round) =>
    // Those that do not come to their end take 20 s for it.
    fuzzHttp(target, { seed: seed + round, requests: Math.ceil(Number(values.requests) / ROUNDS), slow: round === 0 ? 64 : 0 }),
  );

  const changes = await configs(target, { seed, requests: Math.ceil(Number(values.frames) / 500) });
  console.log('configs', { ...changes, last: changes.last.valid ? 'valid' : 'not valid' });
  if (changes.faults.length > 0 || !changes.last.valid) {
    process.exitCode = 1;
    console.log(lastErrors().join('\n'));
  }

  if (filesAllowed() < FILES_NEEDED) console.log(`crowd: skipped, needs ${FILES_NEEDED} open files (ulimit -n)`);
  else console.log('crowd', await crowd(target, { idle: 2_000, slow: 200, watchers: 10 }));
  console.log('guessers', await guessers(target, { guesses: 10_000, atOnce: 100 }));
  if (gateway.exitCode !== null) throw new Error(`the gateway ended with ${gateway.exitCode}`);
} finally {
  // A program that is looked into ends when nobody looks any more.
  heap?.close();
  if (gateway.exitCode === null && gateway.kill('SIGTERM')) await new Promise((resolve) => gateway.once('exit', resolve));
  await fleet.remove();
}

/** Rounds of one fuzz, with a look at what is kept after each. */
async function inRounds(what, run) {
  console.log(`seed ${seed}: ${what} in ${ROUNDS} rounds`);
  const inUse = [];
  const answers = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    const report = await run(round);
    inUse.push((await heap.inUse()) / 2 ** 20);
    for (const [answer, count] of Object.entries(report.answers)) answers[answer] = (answers[answer] ?? 0) + count;
    console.log(
      `${report.frames ?? report.requests} sent, ${report.served} answers to a good client, ${report.faults.length} faults; heap in use ${inUse.at(-1).toFixed(1)} MiB, resident ${(report.rssAfter / 1024).toFixed(0)} MiB`,
    );
    if (report.faults.length > 0) {
      console.log(report.faults.slice(0, 20));
      process.exitCode = 1;
    }
  }
  console.log(answers);
  const grown = most(inUse.slice(-ROUNDS / 4)) - most(inUse.slice(0, ROUNDS / 4));
  console.log(`heap in use: ${grown.toFixed(1)} MiB more in the last quarter than in the first (figure: ≤ ${MAY_GROW})`);
  if (grown > MAY_GROW) process.exitCode = 1;
}

function most(list) {
  return Math.max(...list);
}

function filesAllowed() {
  try {
    return Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
