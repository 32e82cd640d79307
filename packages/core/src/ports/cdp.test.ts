import { describe, expect, it } from 'vitest';
import { findPack } from '../product/catalogue.ts';
import { type CdpWorld, leaseCdpPort, moveLeases } from './cdp.ts';
import { deriveFootprint, type Footprint } from './footprint.ts';
import type { Occupant } from './occupant.ts';

const zero = findPack('zero');
const at = (base: number, leased: Record<string, number> = {}, more: Partial<Footprint> = {}): Footprint => {
  const footprint = deriveFootprint(zero, base);
  return { ...footprint, cdp: { ...footprint.cdp, leased }, ...more };
};
const other = (footprint: Footprint): Occupant => ({ name: 'zero/other', footprint });
const world = (occupants: Footprint[] = [], listening: number[] = []): CdpWorld => ({
  occupants: occupants.map(other),
  listening: new Set(listening),
});

describe('leaseCdpPort', () => {
  it('leaves the first port to the browser profile of the program, and gives it to that one alone', () => {
    expect(leaseCdpPort(at(18_789), world())).toBe(18_801);
    expect(leaseCdpPort(at(18_789), world(), true)).toBe(18_800);
    expect(leaseCdpPort(at(18_789, {}, { defaultCdp: null }), world())).toBe(18_800);
  });

  it('gives the lowest that is left, and one that was given back first', () => {
    expect(leaseCdpPort(at(18_789, { a: 18_801, b: 18_802 }), world())).toBe(18_803);
    expect(leaseCdpPort(at(18_789, { b: 18_802 }), world())).toBe(18_801);
  });

  it('goes around what listens, and around every port that another instance binds, leases or may bind', () => {
    expect(leaseCdpPort(at(18_789), world([], [18_801, 18_802]))).toBe(18_803);
    // 18801 is its base, 18803 browser control, 18804 relay, 18805 canvas, 18812 its first CDP port, 18802 leased by it.
    const near = at(18_801, { work: 18_802 });
    const mine: Record<string, number> = {};
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) mine[name] = leaseCdpPort(at(18_789, mine), world([near]));
    expect(Object.values(mine)).toEqual([18_806, 18_807, 18_808, 18_809, 18_810, 18_811, 18_813]);
  });

  it('says when there is none left', () => {
    const all = Array.from({ length: 99 }, (_, i) => 18_801 + i);
    expect(() => leaseCdpPort(at(18_789), world([], all))).toThrow('no free CDP port between 18800 and 18899');
    expect(leaseCdpPort(at(18_789), world([], all.slice(0, -1)))).toBe(18_899);
  });
});

describe('moveLeases', () => {
  const move = (leased: Record<string, number>, inWorld = world()) => moveLeases(at(18_789, leased), at(20_000), inWorld);

  it('keeps the place in the band, and leaves alone what was put elsewhere by hand', () => {
    expect(move({ work: 18_801, far: 9222, play: 18_899 })).toEqual({ work: 20_012, far: 9222, play: 20_110 });
  });

  it('gives the lowest free port where the place is taken', () => {
    expect(move({ work: 18_801, play: 18_802 }, world([], [20_012]))).toEqual({ work: 20_013, play: 20_014 });
    expect(move({ work: 18_801 }, world([at(20_012)]))).toEqual({ work: 20_013 });
  });
});
