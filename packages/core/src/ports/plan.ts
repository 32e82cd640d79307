import { Problem } from '../errors/problem.ts';
import type { PortConflict } from '../gen/output.gen.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { deriveFootprint, type Footprint, heldPorts, reachOf } from './footprint.ts';
import type { Occupant } from './occupant.ts';
import { highestBase } from './port.ts';

/** What the planner must know of the host. */
export interface PortWorld {
  occupants: readonly Occupant[];
  /** Ports on which something listens now, whoever it is. */
  listening: ReadonlySet<number>;
  /** Range from which the OS hands out outgoing ports, both ends included. */
  ephemeral: Range;
}

/** Distances between proposed bases: first far apart and easy to read, then close (111 is the least that is clear). */
const STEP = 120;
const WIDE_STEP = 1000;
const LOWEST_BASE = 10_000;

/** Fixed or leased ports of `footprint` that are fixed, or leased, ports of an occupant: never allowed. */
export function hardConflicts(footprint: Footprint, occupants: readonly Occupant[]): PortConflict[] {
  const mine = heldPorts(footprint);
  return occupants.flatMap((occupant) =>
    heldPorts(occupant.footprint).flatMap((theirs) =>
      mine
        .filter(({ port }) => port === theirs.port)
        .map(({ port, label }) => ({ port, use: label, owner: occupant.name, ownerUse: theirs.phrase })),
    ),
  );
}

/**
 * A base port whose whole footprint is clear: the pack's base and on in steps of 1000, then the gaps in steps
 * of 120, then downwards from below it to 10000. Never in the ephemeral range, in reach of a known footprint, or on a
 * listener. @throws Problem PORTS_EXHAUSTED
 */
export function proposeBase(pack: ProductPack, world: PortWorld, first: number = pack.ports.base): number {
  const taken = takenIn(world);
  for (const base of candidates(pack, first)) if (isClear(pack, base, taken)) return base;
  throw new Problem('PORTS_EXHAUSTED', { first: LOWEST_BASE, last: highestBase(pack) });
}

/** What a footprint must keep clear of, worked out once for all candidates. */
interface Taken {
  /** Ports that something listens on, or that an instance binds, leases or may bind. */
  single: ReadonlySet<number>;
  bands: readonly Range[];
  ephemeral: Range;
}

interface Range {
  first: number;
  last: number;
}

const takenIn = ({ occupants, listening, ephemeral }: PortWorld): Taken => ({
  single: new Set([...listening, ...occupants.flatMap(({ footprint }) => touched(footprint))]),
  bands: occupants.map(({ footprint }) => footprint.cdp),
  ephemeral,
});

function* candidates(pack: ProductPack, first: number): Generator<number> {
  const highest = highestBase(pack);
  for (let base = first; base <= highest; base += WIDE_STEP) yield base;
  for (let base = first; base <= highest; base += STEP) yield base;
  for (let base = first - STEP; base >= LOWEST_BASE; base -= STEP) yield base;
}

function isClear(pack: ProductPack, base: number, { single, bands, ephemeral }: Taken): boolean {
  const last = base + reachOf(pack);
  if (rangesMeet({ first: base, last }, ephemeral)) return false;
  for (let port = base; port <= last; port += 1) if (single.has(port)) return false;
  const footprint = deriveFootprint(pack, base);
  const mine = touched(footprint);
  return bands.every((band) => !rangesMeet(band, footprint.cdp) && mine.every((port) => port < band.first || port > band.last));
}

/** Single ports that the instance may bind: held ones and soft ones. */
const touched = (footprint: Footprint): number[] => [
  ...heldPorts(footprint).map(({ port }) => port),
  ...footprint.soft.map(({ port }) => port),
];

export const rangesMeet = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last;
