// What ports cost: resolving one instance (pure), proposing a base among 100, and the map over 100 instances against the map
// over one.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { repoPath } from '../scripts/lib/files.mjs';
import { loadTs } from '../scripts/lib/load-ts.mjs';
import { interleave, machine, median, ms, runOnce } from './lib/measure.mjs';

const BIN = repoPath('packages/cli/bin/zero.cjs');
const MANY = 100;
const FIRST = 10_000;
const STEP = 120;

export async function bench() {
  await pure();
  await map();
}

async function pure() {
  const { findPack, parseProfileName, resolveIdentity, resolveInstance } = await loadTs('packages/core/src/index.ts');
  const { checkPorts, proposeBase } = await loadTs('packages/core/src/ports/planner.ts');
  const pack = findPack('zero');
  const home = '/home/u';
  const profile = parseProfileName('main');
  const at = { pack, home, cwd: home, paths: path.posix };
  const resolve = (base) => {
    const identity = resolveIdentity({ ...at, flags: { profile }, env: { HOME: home }, known: [] });
    const config = { gateway: { port: base }, browser: { profiles: { work: { cdpPort: base + 12 } } } };
    return resolveInstance({ ...at, identity, flags: {}, config, lease: { port: base, cdp: {} }, program: 'reference' });
  };
  const occupants = Array.from({ length: MANY }, (_, i) => ({
    name: `zero/p${i}`,
    footprint: resolve(FIRST + i * STEP).footprint,
  }));
  const world = { occupants, listening: new Set(), ephemeral: { first: 32_768, last: 60_999 } };
  console.log(`Pure, median of 15 rounds (${machine()})\n`);
  const rows = [
    ['resolve one instance', 2000, () => resolve(18_789), 50],
    [`propose a base among ${MANY}`, 200, () => proposeBase(pack, world)],
    [
      `check one instance against ${MANY}`,
      200,
      () => checkPorts(pack, occupants[0], { ...world, occupants: occupants.slice(1) }),
    ],
  ];
  for (const [name, times, body, budget] of rows) {
    const took = median(Array.from({ length: 15 }, () => each(times, body)));
    console.log(`${name.padEnd(34)} ${took.toFixed(1).padStart(8)} µs${budget ? `   budget ${budget}` : ''}`);
  }
}

/** Microseconds for one call. */
function each(times, body) {
  const began = performance.now();
  for (let i = 0; i < times; i += 1) body();
  return ((performance.now() - began) * 1000) / times;
}

async function map() {
  const folder = await mkdtemp(path.join(tmpdir(), 'pg-bench-'));
  try {
    const homes = new Map();
    for (const count of [1, MANY]) homes.set(count, await homeWith(path.join(folder, String(count)), count));
    const rows = [...homes].map(([count, home]) => ({
      name: `ports --json over ${count}`,
      argv: [process.execPath, BIN, 'ports', '--json'],
      env: { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home },
    }));
    const bare = { name: 'node -e 0', argv: [process.execPath, '-e', '0'], env: { PATH: process.env.PATH } };
    const results = await interleave([bare, ...rows]);
    const one = results.get(rows[0].name).median;
    console.log(`\nThe map, median of 15, interleaved\n\n${'command'.padEnd(34)} median ms     min   × one instance`);
    for (const { name } of [bare, ...rows]) {
      const { median: took, min } = results.get(name);
      console.log(`${name.padEnd(34)}  ${ms(took)} ${ms(min)}   ${(took / one).toFixed(2).padStart(5)}`);
    }
    console.log(`budget: ${MANY} instances at most 3 × one`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A home with so many instances, made as users make them. */
async function homeWith(home, count) {
  await mkdir(home, { recursive: true });
  const env = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home, POLYGATE_FIRST_PORT: String(FIRST) };
  for (let i = 0; i < count; i += 1) {
    const { code } = await runOnce([process.execPath, BIN, '--profile', `p${i}`, 'setup'], env);
    if (code !== 0) throw new Error(`setup ended with ${code}`);
  }
  return home;
}
