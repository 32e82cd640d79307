import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { signal } from '../processes.mjs';

const COUNT = 10;

/** From SIGKILL of one child to its successor listening, next to a bare spawn of the same child. */
export async function crash(lab) {
  for (const kind of ['node', 'light']) {
    for (const peer of lab.peers) {
      await lab.session(peer, { count: Math.min(COUNT, lab.scale.counts.at(-1)), kind }, (started) =>
        measure(lab, started, kind),
      );
    }
    console.log(`  crash → listening again, ${kind} child`);
  }
}

async function measure(lab, peer, kind) {
  const { hub, scale, record } = lab;
  const count = peer.services.length;
  await peer.start();
  await hub.untilLive(count);
  await delay(1500);
  for (let i = 0; i < scale.kills; i += 1) {
    const victim = hub.live().find(({ index }) => index === i % count);
    const killed = performance.now();
    signal(victim.pid, 'SIGKILL');
    const back = () => hub.live().some(({ index, pid }) => index === victim.index && pid !== victim.pid);
    record({ what: 'crash', peer: peer.constructor.id, kind, ms: (await hub.until(back, 30_000)) - killed });
    record({ what: 'crash', peer: 'bare', beside: peer.constructor.id, kind, ms: await bareBeside(lab, peer, kind) });
    // At random over a second, so that a supervisor's ticks show as what they are. Each child is killed once.
    await delay(200 + Math.random() * 1000);
  }
}

/** One more child, on the last port, started by this process while the supervisor's run. */
async function bareBeside({ hub, argvOf, ports, env }, peer, kind) {
  const index = ports.length - 1;
  const began = performance.now();
  const [program, ...args] = argvOf(kind, peer.marker, index);
  const child = spawn(program, args, { env, stdio: 'ignore' });
  const isThere = () => hub.live().some((each) => each.index === index);
  const up = await hub.until(isThere, 10_000);
  child.kill('SIGKILL');
  await hub.until(() => !isThere(), 10_000);
  return up - began;
}
