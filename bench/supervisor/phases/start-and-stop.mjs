import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { turned } from '../lab.mjs';
import { cpuMs, memory, run } from '../processes.mjs';

/** From the start command to all listening; then what it costs at rest, what asking costs, and from the stop command to all gone. */
export async function startAndStop(lab) {
  const { scale, peers, record, env } = lab;
  for (let round = 0; round < scale.rounds; round += 1) {
    for (const count of scale.counts) {
      const bare = await lab.bare(count);
      record({ what: 'start', peer: 'bare', count, ms: bare.up });
      record({ what: 'stop', peer: 'bare', count, ms: bare.gone });
      const one = await run([process.execPath, '-e', '0'], { env });
      record({ what: 'node -e 0', ms: one.ms });
      for (const peer of turned(peers, round))
        await lab.session(peer, { count }, (started) => measure(lab, started, count, round));
    }
    console.log(`  start, rest, stop: round ${round + 1} of ${scale.rounds}`);
  }
}

async function measure({ hub, record, scale, env }, peer, count, round) {
  const { id } = peer.constructor;
  const began = performance.now();
  const starting = peer.start();
  record({ what: 'start', peer: id, count, ms: (await hub.untilLive(count)) - began });
  const { ms } = (await starting) ?? {};
  if (ms !== undefined) record({ what: 'start command', peer: id, count, ms });
  if (count === scale.counts.at(-1)) await atRest({ hub, record, scale, env }, peer, count, round);
  else await delay(300);
  const stopped = performance.now();
  const stopping = peer.command(peer.stopAll());
  record({ what: 'stop', peer: id, count, ms: (await hub.untilGone()) - stopped });
  record({ what: 'stop command', peer: id, count, ms: (await stopping).ms });
}

/** What a supervisor does once when all has started is no rest yet. */
export const SETTLED_MS = 15_000;

/** Questions in each round; memory and idle in the first two, as that takes time and varies little. */
async function atRest({ hub, record, scale, env }, peer, count, round) {
  const { id } = peer.constructor;
  await delay(2500);
  for (let i = 0; i < scale.asks; i += 1) await ask({ record, env }, peer, count);
  if (round >= 2) return;
  await delay(SETTLED_MS);
  record({ what: 'memory', peer: id, count, ...memory(peer.pids(hub)) });
  record({ what: 'idle', peer: id, ...(await idle(peer.pids(hub), scale.idleMs)) });
}

async function ask({ record, env }, peer, count) {
  const { id } = peer.constructor;
  const bare = await run([process.execPath, '-e', '0'], { env });
  record({ what: 'node -e 0', beside: id, ms: bare.ms });
  const { ms } = await peer.command(peer.status());
  record({ what: 'status', peer: id, count, ms });
}

/** Share of one core in percent. */
export async function idle(pids, forMs) {
  const [cpu, began] = [cpuMs(pids), performance.now()];
  await delay(forMs);
  return { percent: ((cpuMs(pids) - cpu) / (performance.now() - began)) * 100 };
}
