import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../errors/problem.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { builtInPacks } from '../gen/products.gen.ts';
import { findPack } from '../product/catalogue.ts';
import { deriveFootprint, type Footprint, fixedPorts } from './footprint.ts';
import type { Occupant } from './occupant.ts';
import { hardConflicts, type PortWorld, proposeBase } from './plan.ts';
import { checkBasePort, highestBase, parseBasePort, parsePort, portOfUrl } from './port.ts';

const zero = findPack('zero');
const openclaw = findPack('openclaw');
const LINUX = { first: 32_768, last: 60_999 };
const WINDOWS = { first: 49_152, last: 65_535 };

const at = (base: number, pack = zero): Occupant => ({
  name: `${pack.id}/${base}`,
  footprint: deriveFootprint(pack, base),
});
const world = (occupants: readonly Occupant[] = [], more: Partial<PortWorld> = {}): PortWorld => ({
  occupants,
  listening: new Set(),
  ephemeral: LINUX,
  ...more,
});

describe('the footprint of a base port', () => {
  it('is base, +2, +4 and +11 to +110, and what real versions bind besides', () => {
    expect(deriveFootprint(zero, 18789)).toEqual({
      gateway: 18789,
      browserControl: 18791,
      canvas: 18793,
      cdp: { first: 18800, last: 18899, leased: {} },
      pinned: [],
      defaultCdp: 18800,
      soft: [{ port: 18792, use: 'extension relay' }],
    });
  });

  it('has no port of its own for the canvas where the product serves it on the base port', () => {
    expect(fixedPorts(deriveFootprint(openclaw, 18789))).toEqual([
      { port: 18789, use: 'gateway' },
      { port: 18791, use: 'browser control' },
    ]);
  });

  it('leaves out what was switched off', () => {
    expect(fixedPorts({ ...deriveFootprint(zero, 18789), browserControl: null, canvas: null })).toEqual([
      { port: 18789, use: 'gateway' },
    ]);
  });
});

describe('parsePort', () => {
  it.each([
    ['1', 1],
    ['18789', 18789],
    ['65535', 65535],
    [' 18789 ', 18789],
    ['00080', 80],
  ])('reads %j as %i', (text, port) => expect(parsePort(text, '--port')).toBe(port));

  it.each([
    ...['', ' ', '0', '00000', '65536', '99999', '100000', '18789.0', '1.5', '1e4', '+18789', '-1', '0x4965', '18_789', '18,789'],
    ...['18789abc', 'abc', '１８７８９', '18789 19789', '127.0.0.1:18789', 'NaN', 'Infinity', '١٨٧٨٩'],
  ])('refuses %j', (text) => {
    try {
      parsePort(text, '--port');
      expect.unreachable();
    } catch (error) {
      if (!isProblem(error, 'PORT_INVALID')) throw error;
      expect(error.params).toEqual({ source: '--port', value: text });
    }
  });

  it('reads every port back from its text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), (port) => {
        expect(parsePort(String(port), 'x')).toBe(port);
      }),
    );
  });
});

describe('a base port', () => {
  it.each(builtInPacks.map((pack) => [pack.id, pack]))('of %s is at most 65425', (_, pack) => {
    expect(highestBase(pack)).toBe(65_425);
    expect(parseBasePort(pack, '65425', '--port')).toBe(65_425);
    expect(() => parseBasePort(pack, '65426', '--port')).toThrow('base port 65426 is too high');
    expect(() => checkBasePort(pack, 65_535)).toThrow('base port 65535 is too high');
  });

  it('may be any port below, also a privileged one', () => expect(parseBasePort(zero, '1', '--port')).toBe(1));
});

describe('portOfUrl', () => {
  it.each([
    ['http://127.0.0.1:18791', 18791],
    ['http://127.0.0.1', 80],
    ['https://x', 443],
    ['ws://x', 80],
    ['wss://x', 443],
    ['ftp://x', undefined],
    ['127.0.0.1:18791', undefined],
    ['', undefined],
    ['http://x:99999', undefined],
  ])('finds in %j: %s', (url, port) => expect(portOfUrl(url)).toBe(port));
});

describe('hardConflicts', () => {
  const meeting = (mine: Footprint, ...others: Occupant[]) =>
    hardConflicts(mine, others).map(({ port, use, ownerUse }) => `${port} ${use} = ${ownerUse}`);
  const apart = (distance: number, mine = zero, theirs = zero) =>
    meeting(deriveFootprint(mine, 19_001 + distance), at(19_001, theirs));

  it('finds none for the 19001 and 19002 of the documents: only their soft ports and CDP bands meet', () => {
    expect(apart(1)).toEqual([]);
  });

  it.each([
    [
      0,
      ['19001 gateway = the gateway port', '19003 browser control = the browser control port', '19005 canvas = the canvas port'],
    ],
    [2, ['19003 gateway = the browser control port', '19005 browser control = the canvas port']],
    [4, ['19005 gateway = the canvas port']],
    [-2, ['19001 browser control = the gateway port', '19003 canvas = the browser control port']],
    [-4, ['19001 canvas = the gateway port']],
    ...[-20, -5, -3, -1, 1, 3, 5, 6, 20, 110, 111].map((distance): [number, string[]] => [distance, []]),
  ])('finds with two bases %i apart: %j', (distance, expected) => expect(apart(distance)).toEqual(expected));

  it.each([
    [0, 2],
    [2, 1],
    [-2, 1],
    [4, 0],
    [-4, 0],
  ])('finds, where neither has a canvas port, with bases %i apart %i', (distance, count) => {
    expect(apart(distance, openclaw, openclaw)).toHaveLength(count);
  });

  it.each([
    [4, 1],
    [-4, 0],
  ])('finds, where only the other has a canvas port, with bases %i apart %i', (distance, count) => {
    expect(apart(distance, openclaw, zero)).toHaveLength(count);
  });

  it('names whose port it is', () => {
    expect(hardConflicts(deriveFootprint(zero, 18789), [at(19_001), at(18_785)])).toEqual([
      { port: 18789, use: 'gateway', owner: 'zero/18785', ownerUse: 'the canvas port' },
    ]);
  });

  it('counts a CDP port that was leased to a browser profile', () => {
    const other = at(19_001);
    const leased = { ...other.footprint, cdp: { ...other.footprint.cdp, leased: { work: 19_050 } } };
    expect(meeting(deriveFootprint(zero, 19_050), { name: 'zero/x', footprint: leased })).toEqual([
      '19050 gateway = the CDP port of browser profile work',
    ]);
    expect(meeting(deriveFootprint(zero, 19_051), { name: 'zero/x', footprint: leased })).toEqual([]);
  });

  it('is the same seen from both sides', () => {
    const pack = fc.constantFrom(...builtInPacks);
    const base = fc.integer({ min: 18_700, max: 18_900 });
    fc.assert(
      fc.property(pack, base, pack, base, (onePack, one, otherPack, other) => {
        const forth = hardConflicts(deriveFootprint(onePack, one), [at(other, otherPack)]).map((c) => c.port);
        const back = hardConflicts(deriveFootprint(otherPack, other), [at(one, onePack)]).map((c) => c.port);
        expect(forth.sort()).toEqual(back.sort());
      }),
    );
  });
});

describe('proposeBase', () => {
  /** The first `count` proposals, each one taken before the next is asked for. */
  function fill(count: number, more: Partial<PortWorld> = {}, first?: number): number[] {
    const occupants: Occupant[] = [];
    for (let i = 0; i < count; i += 1) occupants.push(at(proposeBase(zero, world(occupants, more), first)));
    return occupants.map((o) => o.footprint.gateway);
  }

  it('starts at 18789 and goes on in steps of 1000', () => {
    expect(fill(4)).toEqual([18_789, 19_789, 20_789, 21_789]);
  });

  it('leaves the ephemeral range out, then fills the gaps from 18789 in steps of 120', () => {
    const bases = fill(25);
    expect(bases.slice(0, 14)).toEqual(Array.from({ length: 14 }, (_, i) => 18_789 + i * 1000));
    expect(bases.slice(14, 18)).toEqual([61_789, 62_789, 63_789, 64_789]);
    expect(bases.slice(18)).toEqual([18_909, 19_029, 19_149, 19_269, 19_389, 19_509, 19_629]);
  });

  it('then goes down from 18789 to 10000', () => {
    const narrow = { ephemeral: { first: 18_900, last: 65_535 } };
    const bases = fill(74, narrow);
    expect(bases.slice(0, 3)).toEqual([18_789, 18_669, 18_549]);
    expect(bases.at(-1)).toBe(10_029);
    expect(() => fill(75, narrow)).toThrow('no free base port');
  });

  it('says PORTS_EXHAUSTED with the range that was searched', () => {
    try {
      proposeBase(zero, world([], { ephemeral: { first: 1, last: 65_535 } }));
      expect.unreachable();
    } catch (error) {
      if (!isProblem(error, 'PORTS_EXHAUSTED')) throw error;
      expect(error.params).toEqual({ first: 10_000, last: 65_425 });
    }
  });

  it('goes around the base of profile dev, and around instances that were placed by hand', () => {
    expect(fill(2)).toEqual([18_789, 19_789]);
    expect(proposeBase(zero, world([at(18_789), at(19_700)]))).toBe(20_789);
    // 19001 lies behind the band of 18789 (up to 18899), so both stand.
    expect(proposeBase(zero, world([at(19_001)]))).toBe(18_789);
  });

  it.each([
    ['only the bands overlap', 18_789 - 7, openclaw],
    ['the base lies in a band', 18_789 - 105, zero],
    ['the base is the end of a band', 18_789 - 110, zero],
  ])('keeps clear of an instance just below: %s', (_, base, pack) => {
    expect(proposeBase(pack, world([at(base)]))).toBe(19_789);
  });

  it('stands right behind a band', () => expect(proposeBase(zero, world([at(18_789 - 111)]))).toBe(18_789));

  it.each([
    ['the base', 18_789],
    ['a CDP port', 18_850],
    ['the end of its band', 18_899],
    ['the soft port', 18_792],
  ])('goes on when something listens on %s', (_, port) => {
    expect(proposeBase(zero, world([], { listening: new Set([port]) }))).toBe(19_789);
  });

  it('does not mind a listener just outside', () => {
    expect(proposeBase(zero, world([], { listening: new Set([18_788, 18_900]) }))).toBe(18_789);
  });

  it.each([
    ['its last port is the first ephemeral one', { first: 18_899, last: 20_000 }, 20_789],
    ['it ends just before', { first: 18_900, last: 20_000 }, 18_789],
    ['its base is the last ephemeral one', { first: 10_000, last: 18_789 }, 19_789],
    ['it starts just behind', { first: 10_000, last: 18_788 }, 18_789],
  ])('minds the ephemeral range: %s', (_, ephemeral, expected) => {
    expect(proposeBase(zero, world([], { ephemeral }))).toBe(expected);
  });

  it('uses what lies above the ephemeral range too', () => {
    expect(proposeBase(zero, world([], { ephemeral: { first: 10_000, last: 60_999 } }))).toBe(61_789);
  });

  it('starts where it is told to', () => {
    expect(proposeBase(zero, world(), 25_000)).toBe(25_000);
    expect(proposeBase(zero, world([at(25_000)]), 25_000)).toBe(26_000);
  });

  it('keeps clear of ports that were moved by hand and of leased CDP ports', () => {
    const moved: Occupant = { name: 'x', footprint: { ...deriveFootprint(zero, 11_000), canvas: 18_850 } };
    expect(proposeBase(zero, world([moved]))).toBe(19_789);
    const own = deriveFootprint(zero, 11_000);
    const leased: Occupant = { name: 'x', footprint: { ...own, cdp: { ...own.cdp, leased: { work: 18_789 } } } };
    expect(proposeBase(zero, world([leased]))).toBe(19_789);
  });

  it('keeps clear of the fixed ports of a pack whose browser control lies behind its CDP band', () => {
    const odd: ProductPack = { ...zero, ports: { ...zero.ports, browserControl: 60, canvas: 61, cdp: { first: 1, last: 50 } } };
    const base = proposeBase(odd, world([{ name: 'x', footprint: { ...at(11_000).footprint, gateway: 18_789 + 60 } }]));
    expect(base).toBe(19_789);
    expect(highestBase(odd)).toBe(65_535 - 61);
    expect(proposeBase(odd, world([], { listening: new Set([18_789 + 61]) }))).toBe(19_789);
  });

  it('places up to 100 instances of any products side by side without one port in common', () => {
    const listening = fc.uniqueArray(fc.integer({ min: 10_000, max: 32_767 }), { maxLength: 12 });
    const packs = fc.array(fc.constantFrom(...builtInPacks), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(packs, listening, fc.constantFrom(LINUX, WINDOWS), (chosen, ports, ephemeral) => {
        const occupants: Occupant[] = [];
        for (const pack of chosen) {
          const base = proposeBase(pack, world(occupants, { listening: new Set(ports), ephemeral }));
          occupants.push({ name: `${pack.id}/${base}`, footprint: deriveFootprint(pack, base) });
        }
        const owners = new Map<number, string>();
        for (const { name, footprint } of occupants) {
          const { gateway, cdp, soft } = footprint;
          expect(cdp.last < ephemeral.first || gateway > ephemeral.last, name).toBe(true);
          const mine = new Set([...fixedPorts(footprint).map((f) => f.port), ...soft.map((s) => s.port)]);
          for (let port = cdp.first; port <= cdp.last; port += 1) mine.add(port);
          for (const port of mine) {
            if (owners.has(port) || ports.includes(port)) expect.fail(`${name} shares ${port} with ${owners.get(port)}`);
            owners.set(port, name);
          }
        }
      }),
      { numRuns: 12 },
    );
  });
});
