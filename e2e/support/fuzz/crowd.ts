import { connect } from 'node:net';
import type { FuzzTarget } from './fuzz.ts';
import { Peer, within } from './peer.ts';
import { UPGRADE } from './wire.ts';

type Target = Pick<FuzzTarget, 'port' | 'token'>;

/** More than a client may leave unread, with what the kernel holds of it. */
const STORM_BYTES = 24_000_000;
const EVENT_BYTES = 100_000;
const HALF_OPEN = 100;

/** Many that say nothing, some that do not read, some that never finish their hello: who reads gets every event all the same. */
export async function crowd(target: Target, { idle, slow, watchers }: { idle: number; slow: number; watchers: number }) {
  const open = async (changes: Record<string, unknown>) => {
    const peer = await Peer.open(target);
    await peer.hello(target.token, changes);
    return peer;
  };
  const many = async (count: number, changes: Record<string, unknown> = {}) => {
    const peers: Peer[] = [];
    while (peers.length < count)
      peers.push(...(await Promise.all(Array.from({ length: Math.min(16, count - peers.length) }, () => open(changes)))));
    return peers;
  };
  // Of those, only who may read is told what nodes say.
  const silent = await many(idle, { scopes: ['operator.pairing'] });
  const watching = await many(watchers);
  const reluctant = await many(slow);
  const node = await open({ role: 'node', client: { id: 'node-host', version: '1', platform: 'linux', mode: 'node' } });
  const unfinished = Array.from({ length: HALF_OPEN }, (_, i) => halfOpen(target.port, i));

  const told = watching.map((peer) => {
    const seen = { nodeEvents: 0, missed: 0, last: undefined as number | undefined };
    peer.onEvent = ({ event, seq }) => {
      if (seen.last !== undefined && seq !== seen.last + 1) seen.missed += 1;
      seen.last = seq;
      if (event === 'node.event') seen.nodeEvents += 1;
    };
    return seen;
  });
  for (const peer of reluctant) peer.pause();
  const events = Math.ceil(STORM_BYTES / EVENT_BYTES);
  const payload = 'x'.repeat(EVENT_BYTES);
  for (let i = 0; i < events; i += 1) {
    await node.ask(`e${i}`, 'node.event', { event: 'storm', payload });
    // A watcher that is as quick as the storm: what it is asked comes after what it was told.
    await Promise.all(watching.map((peer) => peer.ask(`w${i}`, 'health')));
  }
  for (const peer of reluctant) peer.resume();
  await Promise.all(reluctant.map((peer) => within(peer.closed, 'a slow reader was not cut off')));
  const late = await open({});
  const cameIn = late.isOpen;
  const report = {
    events,
    cutOff: reluctant.filter((peer) => !peer.isOpen).length,
    missed: told.reduce((sum, { missed, nodeEvents }) => sum + missed + (events - nodeEvents), 0),
    idleLost: silent.filter((peer) => !peer.isOpen).length,
    cameIn,
  };
  for (const socket of unfinished) socket.destroy();
  for (const peer of [...silent, ...watching, node, late]) peer.end();
  return report;
}

/** A socket that stops somewhere in its handshake: at nothing, in the request, or before hello. */
function halfOpen(port: number, i: number) {
  const socket = connect(port, '127.0.0.1', () => socket.write(UPGRADE.slice(0, [0, 40, UPGRADE.length][i % 3])));
  socket.on('error', () => undefined);
  return socket.resume();
}

/** Wrong secrets over parallel sockets, while a client with the right one is served and comes in anew again and again. */
export async function guessers(target: Target, { guesses, atOnce }: { guesses: number; atOnce: number }) {
  const good = await Peer.open(target);
  await good.hello(target.token);
  const report = { refused: 0, cameIn: 0, served: 0 };
  let left = guesses;
  const guess = async () => {
    while (left > 0) {
      left -= 1;
      const peer = await Peer.open(target);
      // It may be turned out before it is answered: one that waits gives way to the next.
      const answer = await peer.hello(`wrong ${left}`).catch(() => ({ ok: false }));
      if (answer.ok) throw new Error('a wrong secret was let in');
      await within(peer.closed, 'a wrong secret did not end its socket');
      report.refused += 1;
    }
  };
  let over = false;
  const serving = (async () => {
    while (!over) {
      await good.ask(`good ${report.served}`, 'health');
      report.served += 1;
      const again = await Peer.open(target);
      const hello = await again.hello(target.token);
      if (hello.ok) report.cameIn += 1;
      again.end();
    }
  })();
  try {
    await Promise.race([Promise.all(Array.from({ length: atOnce }, guess)), serving]);
  } finally {
    over = true;
  }
  await serving;
  good.end();
  return report;
}
