import { browserProblem } from '../errors/browser-problem.ts';
import { type Footprint, heldPorts } from './footprint.ts';
import type { PortWorld } from './plan.ts';

/** What a lease must keep clear of. */
export type CdpWorld = Pick<PortWorld, 'occupants' | 'listening'>;

/**
 * The CDP port that a new browser profile gets: the lowest of the band that no instance binds, leases or may bind, and nothing
 * listens on (DESIGN 5). `isDefault`: the profile that the program itself gives the first port. Same world, same answer.
 * @throws Problem CDP_PORTS_EXHAUSTED
 */
export function leaseCdpPort(mine: Footprint, { occupants, listening }: CdpWorld, isDefault = false): number {
  const { first, last } = mine.cdp;
  const taken = new Set(occupants.flatMap(({ footprint }) => claimed(footprint)));
  for (const port of claimed(mine)) if (!(isDefault && port === mine.defaultCdp)) taken.add(port);
  for (let port = first; port <= last; port += 1) if (!taken.has(port) && !listening.has(port)) return port;
  throw browserProblem('CDP_PORTS_EXHAUSTED', { first, last });
}

/**
 * The CDP ports of an instance after its base moved: those of the old band keep their place in the new one, or get the lowest
 * port that is free when that place is taken. Others were put where they are by hand, and stay.
 * @throws Problem CDP_PORTS_EXHAUSTED
 */
export function moveLeases(from: Footprint, to: Footprint, world: CdpWorld): Record<string, number> {
  const entries = Object.entries(from.cdp.leased);
  const inOldBand = (port: number) => port >= from.cdp.first && port <= from.cdp.last;
  const moved = Object.fromEntries(entries.filter(([, port]) => !inOldBand(port)));
  for (const [profile, port] of entries.filter(([, p]) => inOldBand(p)).sort(([, a], [, b]) => a - b)) {
    const place = port - from.cdp.first + to.cdp.first;
    const mine = { ...to, cdp: { ...to.cdp, leased: moved } };
    moved[profile] = isFree(place, mine, world) ? place : leaseCdpPort(mine, world);
  }
  return moved;
}

function isFree(port: number, mine: Footprint, { occupants, listening }: CdpWorld): boolean {
  const taken = [...occupants.flatMap(({ footprint }) => claimed(footprint)), ...heldPorts(mine).map((held) => held.port)];
  return port >= mine.cdp.first && port <= mine.cdp.last && !taken.includes(port) && !listening.has(port);
}

/** Every single port that an instance binds, leases, or may bind: what is left of its band may be leased to others. */
function claimed(footprint: Footprint): number[] {
  const { soft, defaultCdp } = footprint;
  const own = [...heldPorts(footprint), ...soft].map(({ port }) => port);
  return defaultCdp === null ? own : [...own, defaultCdp];
}
