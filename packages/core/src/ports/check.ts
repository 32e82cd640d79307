import type { ProductPack } from '../gen/product-pack.gen.ts';
import { finding, type PortFinding } from './findings.ts';
import { type Footprint, fixedPorts, type HeldPort, heldPorts } from './footprint.ts';
import type { Occupant } from './occupant.ts';
import { hardConflicts, type PortWorld, rangesMeet } from './plan.ts';
import { baseIssue, HIGHEST_PORT, highestBase } from './port.ts';

/** A listener that is not known to belong to the instance, in words. */
export interface ForeignListener {
  port: number;
  holder: string;
}

/** What is to be said of an instance by itself. Pure and total. */
export function checkOwnPorts(pack: ProductPack, { name, footprint }: Occupant): PortFinding[] {
  const { gateway, cdp } = footprint;
  const found: PortFinding[] = [];
  if (baseIssue(pack, gateway)) {
    const highest = highestBase(pack);
    found.push(finding('base-too-high', name, { port: gateway, last: gateway + HIGHEST_PORT - highest, highest }));
  }
  for (const { port, use, ownerUse } of repeatedPorts(footprint)) {
    found.push(finding('port-repeated', name, { port, use, ownerUse }));
  }
  for (const [profile, port] of leasesOutside(footprint)) {
    found.push(finding('lease-outside-band', name, { port, profile, first: cdp.first, last: cdp.last }));
  }
  return found;
}

/** Ports that an instance has for two things. `fixed`: one of the two is bound by the gateway itself, which then cannot start. */
export function repeatedPorts(footprint: Footprint): { port: number; use: string; ownerUse: string; fixed: boolean }[] {
  const seen = new Map<number, HeldPort>();
  return heldPorts(footprint).flatMap((held) => {
    const before = seen.get(held.port);
    if (!before) {
      seen.set(held.port, held);
      return [];
    }
    const fixed = held.use !== 'CDP' || before.use !== 'CDP';
    return [{ port: held.port, use: held.label, ownerUse: before.phrase, fixed }];
  });
}

/** CDP ports that are not in the band of their instance: left behind when the base moved, or put there by hand. One that a URL names is meant so. */
export function leasesOutside({ cdp, pinned }: Footprint): [profile: string, port: number][] {
  return Object.entries(cdp.leased).filter(([name, port]) => !pinned.includes(name) && (port < cdp.first || port > cdp.last));
}

/** What is to be said of two instances: conflicts, and where there is none, what may become one. */
export function checkPair(mine: Occupant, other: Occupant): PortFinding[] {
  if (!rangesMeet(extentOf(mine.footprint), extentOf(other.footprint))) return [];
  const conflicts = hardConflicts(mine.footprint, [other]);
  if (conflicts.length > 0) return conflicts.map((conflict) => finding('port-shared', mine.name, conflict));
  return [...softMeetings(mine, other), ...inBand(mine, other), ...inBand(other, mine), ...bandsOverlap(mine, other)];
}

/** Everything to be said of one instance in its world. `listeners` are those that are not its own. */
export function checkPorts(
  pack: ProductPack,
  mine: Occupant,
  { occupants, ephemeral }: Pick<PortWorld, 'occupants' | 'ephemeral'>,
  listeners: readonly ForeignListener[] = [],
): PortFinding[] {
  return [
    ...checkOwnPorts(pack, mine),
    ...occupants.flatMap((other) => checkPair(mine, other)),
    ...checkSurroundings(mine, ephemeral, listeners),
  ];
}

/** What the system around an instance does to its ports. */
export function checkSurroundings(
  { name, footprint }: Occupant,
  ephemeral: PortWorld['ephemeral'],
  listeners: readonly ForeignListener[],
): PortFinding[] {
  const fixed = fixedPorts(footprint);
  const met = fixed.flatMap(({ port, use }) =>
    listeners.filter((l) => l.port === port).map(({ holder }) => finding('port-listened-on', name, { port, use, holder })),
  );
  const ports = [...fixed.map(({ port }) => port), footprint.cdp.first, footprint.cdp.last];
  const range = { first: Math.min(...ports), last: Math.max(...ports) };
  if (rangesMeet(range, ephemeral)) {
    const { first: ephemeralFirst, last: ephemeralLast } = ephemeral;
    met.push(finding('in-ephemeral-range', name, { port: range.first, last: range.last, ephemeralFirst, ephemeralLast }));
  }
  return met;
}

/** From the lowest to the highest port of a footprint. Most pairs are far apart, and that is soon seen. */
function extentOf(footprint: Footprint): { first: number; last: number } {
  const known = extents.get(footprint);
  if (known) return known;
  const { cdp, soft } = footprint;
  const ports = [...heldPorts(footprint), ...soft].map(({ port }) => port);
  const extent = { first: Math.min(cdp.first, ...ports), last: Math.max(cdp.last, ...ports) };
  extents.set(footprint, extent);
  return extent;
}

const extents = new WeakMap<Footprint, { first: number; last: number }>();

interface Use {
  port: number;
  label: string;
  phrase: string;
}

function softMeetings(mine: Occupant, other: Occupant): PortFinding[] {
  const theirs: Use[] = [...heldPorts(other.footprint), ...softUses(other.footprint)];
  const soft = softUses(mine.footprint).map((use) => ({ use, against: theirs }));
  const held = heldPorts(mine.footprint).map((use) => ({ use, against: softUses(other.footprint) }));
  return [...soft, ...held].flatMap(({ use: { port, label }, against }) =>
    against
      .filter((their) => their.port === port)
      .map((their) => finding('soft-port-met', mine.name, { port, use: label, owner: other.name, ownerUse: their.phrase })),
  );
}

const softUses = ({ soft }: Footprint): Use[] => soft.map(({ port, use }) => ({ port, label: use, phrase: `the ${use} port` }));

/** The first fixed port of one in the band of the other: the base, when it is in there. */
function inBand(mine: Occupant, other: Occupant): PortFinding[] {
  const { first, last } = other.footprint.cdp;
  const inside = fixedPorts(mine.footprint).find(({ port }) => port >= first && port <= last);
  if (!inside) return [];
  return [finding('port-in-band', mine.name, { ...inside, first, last, ...neighbour(mine, other) })];
}

function bandsOverlap(mine: Occupant, other: Occupant): PortFinding[] {
  const [a, b] = [mine.footprint.cdp, other.footprint.cdp];
  if (!rangesMeet(a, b)) return [];
  const common = { first: Math.max(a.first, b.first), last: Math.min(a.last, b.last) };
  return [finding('bands-overlap', mine.name, { ...common, ...neighbour(mine, other) })];
}

const neighbour = (mine: Occupant, other: Occupant) => ({
  owner: other.name,
  distance: Math.abs(mine.footprint.gateway - other.footprint.gateway),
});
