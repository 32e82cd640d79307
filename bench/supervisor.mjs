// npm run bench -- supervisor [--quick] [--only pm2,s6] [--phases start,crash] [--write]: ours beside other supervisors, in one run.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { repoPath } from '../scripts/lib/files.mjs';
import { machine } from './lib/measure.mjs';
import { openLab } from './supervisor/lab.mjs';
import { availablePeers } from './supervisor/peers/index.mjs';
import { Ours } from './supervisor/peers/ours.mjs';
import { CHILDREN, PHASES } from './supervisor/phases/index.mjs';
import { figures } from './supervisor/report/figures.mjs';
import { page } from './supervisor/report/page.mjs';
import { textTable } from './supervisor/report/tables.mjs';

const PAGE = 'docs/explanation/benchmarks.md';
const FULL = {
  ...{ counts: [1, 10, 50], rounds: 5, asks: 3, idleMs: 10_000, kills: 10, lines: 200_000 },
};
const QUICK = { counts: [1, 3], rounds: 1, asks: 2, idleMs: 3_000, kills: 2, lines: 20_000 };

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      ...{ quick: { type: 'boolean' }, write: { type: 'boolean' } },
      ...{ only: { type: 'string' }, phases: { type: 'string' } },
    },
  });
  const wanted = values.phases?.split(',') ?? Object.keys(PHASES);
  const unknown = wanted.filter((name) => !(name in PHASES));
  if (unknown.length > 0) throw new Error(`no such phase: ${unknown.join(', ')}; there are ${Object.keys(PHASES).join(', ')}`);
  const scale = values.quick ? QUICK : FULL;
  const peers = await availablePeers(values.only?.split(','));
  const began = Date.now();
  // Most phases need few, and setting one up takes as long as measuring it.
  const most = scale.counts.at(-1);
  const count = Math.max(...wanted.map((name) => Math.min(most, CHILDREN[name] ?? most)));
  console.log(`Setting up ${count} instances …`);
  let lab;
  try {
    // One port more than the largest number of children, for the child that is started beside them.
    const ports = await Ours.setUp(count + 1);
    lab = await openLab({ peers, ports, scale });
    const on = machine();
    for (const name of wanted) await PHASES[name](lab);
    const run = {
      on,
      light: lab.light.name,
      minutes: Math.round((Date.now() - began) / 60_000),
      peers: peers.map(({ id }) => id),
      scale,
    };
    console.log(`\n${textTable(figures(lab.samples, run), lab.samples, run)}`);
    if (values.write) {
      await writeFile(repoPath(PAGE), page(lab.samples, run));
      console.log(`written: ${PAGE}`);
    }
  } finally {
    await lab?.close();
    await Ours.tearDown();
  }
}
