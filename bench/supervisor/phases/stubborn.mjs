import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { turned } from '../lab.mjs';

/** Stop of all while one child ignores SIGTERM (SIGKILL after 3 s): when the others are gone, and when all are. */
export async function stubborn(lab) {
  const { hub, scale, record } = lab;
  const count = scale.counts.at(-1);
  const bad = Math.floor(count / 2);
  for (let round = 0; round < scale.rounds; round += 1) {
    const bare = await lab.bare(count, { stubborn: bad });
    record({ what: 'others gone', peer: 'bare', ms: bare.gone });
    for (const peer of turned(lab.peers, round)) {
      await lab.session(peer, { count, mode: (index) => (index === bad ? 'stubborn' : 'ok') }, async (started) => {
        await started.start();
        await hub.untilLive(count);
        await delay(1000);
        const began = performance.now();
        const stopping = started.command(started.stopAll());
        const others = (await hub.until(() => hub.live().every(({ index }) => index === bad))) - began;
        const all = (await hub.untilGone()) - began;
        record({ what: 'others gone', peer: peer.id, ms: others });
        record({ what: 'all gone', peer: peer.id, ms: all, command: (await stopping).ms });
      });
    }
    console.log(`  stop with one that ignores SIGTERM: round ${round + 1} of ${scale.rounds}`);
  }
}
