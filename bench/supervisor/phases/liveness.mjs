import { setTimeout as delay } from 'node:timers/promises';
import { idle, SETTLED_MS } from './start-and-stop.mjs';

/** What a liveness probe of every child each ten seconds costs at rest. Only ours probes. */
export async function liveness(lab) {
  const { hub, scale, record } = lab;
  const ours = lab.peers.find(({ id }) => id === 'polygate');
  if (!ours) return;
  const count = scale.counts.at(-1);
  for (let round = 0; round < 1; round += 1) {
    await lab.session(ours, { count, liveness: true }, async (peer) => {
      await peer.start();
      await hub.untilLive(count);
      await delay(SETTLED_MS);
      record({ what: 'idle with liveness', peer: ours.id, ...(await idle(peer.pids(hub), Math.max(scale.idleMs, 20_000))) });
    });
  }
  console.log('  idle with a liveness probe each');
}
