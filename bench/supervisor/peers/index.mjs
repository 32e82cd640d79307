import { NodeFloor } from './node-floor.mjs';
import { Ours } from './ours.mjs';
import { Pm2 } from './pm2.mjs';
import { Runit } from './runit.mjs';
import { S6 } from './s6.mjs';
import { Supervisord } from './supervisord.mjs';

export const PEERS = [NodeFloor, Ours, Pm2, Supervisord, S6, Runit];

/** Those that are wanted (all without names) and can run here; says what is left out and how to get it. */
export async function availablePeers(only) {
  const unknown = only?.filter((id) => !PEERS.some((peer) => peer.id === id)) ?? [];
  if (unknown.length > 0)
    throw new Error(`no such peer: ${unknown.join(', ')}; there are ${PEERS.map(({ id }) => id).join(', ')}`);
  const found = [];
  for (const peer of PEERS) {
    if (only && !only.includes(peer.id)) continue;
    const missing = await peer.missing();
    if (missing) console.log(`left out: ${missing}`);
    else found.push(peer);
  }
  return found;
}
