import { setTimeout as delay } from 'node:timers/promises';
import { run, signal } from '../processes.mjs';

const COUNT = 3;
const DEAD_MS = 2_000;
const BACK_MS = 5_000;

/** The supervisor is SIGKILLed, and started again two seconds later: who lives, with which pid, and who ran into whom. */
export async function killed(lab) {
  for (const mode of ['silent', 'talking']) {
    for (const peer of lab.peers) {
      const children = { count: Math.min(COUNT, lab.scale.counts.at(-1)), mode: () => (mode === 'talking' ? 'chatty' : 'ok') };
      await lab.session(peer, children, (started) => measure(lab, started, mode));
    }
    console.log(`  supervisor SIGKILLed, ${mode} children`);
  }
}

async function measure({ hub, record, env }, peer, mode) {
  const count = peer.services.length;
  await peer.start();
  await hub.untilLive(count);
  await delay(1500);
  const before = new Map(hub.live().map(({ index, pid }) => [index, pid]));
  const same = () => hub.live().filter(({ index, pid }) => before.get(index) === pid).length;
  signal(peer.top(), 'SIGKILL');
  await delay(DEAD_MS);
  const alive = same();
  hub.failures = [];
  if (peer.constructor.id === 'polygate') await readsWhileDown({ record, env }, peer, count);
  await peer.start();
  await delay(BACK_MS);
  const fresh = hub.live().length - same();
  const result = { count, alive, same: same(), fresh, collisions: hub.failures.length };
  await peer.command(peer.stopAll(), { limit: 20_000 });
  await delay(1500);
  record({ what: 'killed', peer: peer.constructor.id, mode, ...result, left: hub.live().length });
}

/** Its state file can be read while it is down. */
async function readsWhileDown({ record, env }, peer, count) {
  for (let i = 0; i < 5; i += 1) {
    const bare = await run([process.execPath, '-e', '0'], { env });
    record({ what: 'node -e 0', ms: bare.ms });
    const { ms, code, stdout } = await peer.command(peer.status());
    const rows = code === 0 ? JSON.parse(stdout).instances.filter(({ pid }) => pid !== null).length : -1;
    record({ what: 'status while down', peer: peer.constructor.id, ms, rows, count });
  }
}
