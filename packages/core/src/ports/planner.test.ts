import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../errors/problem.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { builtInPacks } from '../gen/products.gen.ts';
import { leaseCdpPort } from './cdp.ts';
import { checkPorts } from './check.ts';
import { deriveFootprint, heldPorts } from './footprint.ts';
import type { Occupant } from './occupant.ts';
import { hardConflicts, proposeBase } from './plan.ts';
import { highestBase } from './port.ts';

const RANGES = [
  { first: 32_768, last: 60_999 },
  { first: 49_152, last: 65_535 },
];

interface Placed extends Occupant {
  pack: ProductPack;
}

/** What users do, in any order: set up (somewhere clear, or by hand where it is allowed), lease, give back, remove. */
type Step =
  | { do: 'propose'; pack: ProductPack }
  | { do: 'place'; pack: ProductPack; base: number }
  | { do: 'lease' | 'giveBack' | 'remove'; nth: number };

const pack = fc.constantFrom(...builtInPacks);
const nth = fc.nat(99);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('propose' as const), pack }) },
  // Close together, so that they meet often.
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('place' as const), pack, base: fc.integer({ min: 18_600, max: 19_400 }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('lease' as const), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('giveBack' as const), nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), nth }) },
);
const listening = fc.uniqueArray(fc.integer({ min: 10_000, max: 32_767 }), { maxLength: 20 }).map((ports) => new Set(ports));

class Host {
  instances: Placed[] = [];
  #made = 0;
  readonly #listening: ReadonlySet<number>;
  readonly #ephemeral: { first: number; last: number };

  constructor(ports: ReadonlySet<number>, ephemeral: { first: number; last: number }) {
    this.#listening = ports;
    this.#ephemeral = ephemeral;
  }

  get world() {
    return { occupants: this.instances, listening: this.#listening, ephemeral: this.#ephemeral };
  }

  take(next: Step): void {
    if (next.do === 'propose') this.#add(next.pack, proposeBase(next.pack, this.world));
    else if (next.do === 'place') this.#place(next);
    else {
      const one = this.instances[next.nth % Math.max(1, this.instances.length)];
      if (one) this.#change(one, next.do);
    }
  }

  #place({ pack: of, base }: { pack: ProductPack; base: number }): void {
    const footprint = deriveFootprint(of, base);
    const listens = heldPorts(footprint).some(({ port }) => this.#listening.has(port));
    if (!listens && hardConflicts(footprint, this.instances).length === 0) this.#add(of, base);
  }

  #add(of: ProductPack, base: number): void {
    this.#made += 1;
    this.instances.push({ name: `${of.id}/${this.#made}`, pack: of, footprint: deriveFootprint(of, base) });
  }

  #change(one: Placed, what: 'lease' | 'giveBack' | 'remove'): void {
    if (what === 'remove') {
      this.instances = this.instances.filter((each) => each !== one);
      return;
    }
    const { cdp } = one.footprint;
    const leased = { ...cdp.leased };
    const [first] = Object.keys(leased);
    if (what === 'giveBack' && first !== undefined) delete leased[first];
    if (what === 'lease') {
      const others = this.instances.filter((each) => each !== one);
      leased[`p${Object.keys(leased).length}-${this.#made}`] = leaseCdpPort(one.footprint, { ...this.world, occupants: others });
    }
    one.footprint = { ...one.footprint, cdp: { ...cdp, leased } };
  }
}

const held = (instances: readonly Occupant[]) =>
  instances.flatMap(({ footprint }) => heldPorts(footprint).map(({ port }) => port));
const build = (steps: readonly Step[], ports: ReadonlySet<number>, ephemeral: { first: number; last: number }) => {
  const host = new Host(ports, ephemeral);
  for (const next of steps) host.take(next);
  return host;
};
const worlds = [fc.array(step, { maxLength: 140 }), listening, fc.constantFrom(...RANGES)] as const;

describe('whatever is set up, placed by hand, leased, given back and removed', () => {
  it('no fixed or leased port is ever shared, and none is one that a stranger listens on', () => {
    fc.assert(
      fc.property(...worlds, (steps, ports, ephemeral) => {
        const host = new Host(ports, ephemeral);
        for (const next of steps) {
          host.take(next);
          const all = held(host.instances);
          expect(new Set(all).size).toBe(all.length);
          expect(all.some((port) => ports.has(port))).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('every suggestion is accepted by the checker without one word', () => {
    fc.assert(
      fc.property(...worlds, pack, (steps, ports, ephemeral, of) => {
        const { world } = build(steps, ports, ephemeral);
        const base = proposeBase(of, world);
        const listeners = [...ports].map((port) => ({ port, holder: 'somebody' }));
        expect(base).toBeLessThanOrEqual(highestBase(of));
        expect(checkPorts(of, { name: 'new', footprint: deriveFootprint(of, base) }, world, listeners)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('the answers are the same after a restart, in whatever order the instances are found', () => {
    fc.assert(
      fc.property(...worlds, pack, nth, (steps, ports, ephemeral, of, n) => {
        const { world, instances } = build(steps, ports, ephemeral);
        const found = { ...structuredClone(world), occupants: [...structuredClone(instances)].reverse() };
        expect(proposeBase(of, found)).toBe(proposeBase(of, world));
        const one = instances[n % Math.max(1, instances.length)];
        if (!one) return;
        const others = (list: readonly Occupant[]) => list.filter(({ name }) => name !== one.name);
        const lease = (from: typeof world) => leaseCdpPort(one.footprint, { ...from, occupants: others(from.occupants) });
        expect(lease(found)).toBe(lease(world));
      }),
      { numRuns: 40 },
    );
  });

  it('a removal frees exactly what was held: what took its place would get the same ports again', () => {
    fc.assert(
      fc.property(...worlds, nth, (steps, ports, ephemeral, n) => {
        const host = build(steps, ports, ephemeral);
        const one = host.instances[n % Math.max(1, host.instances.length)];
        if (!one) return;
        const before = new Set(held(host.instances));
        host.take({ do: 'remove', nth: host.instances.indexOf(one) });
        const after = new Set(held(host.instances));
        expect([...before].filter((port) => !after.has(port)).sort()).toEqual(held([one]).sort());
        expect([...after].every((port) => before.has(port))).toBe(true);
        expect(hardConflicts(one.footprint, host.instances)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

it('a hundred instances of all products stand side by side, each with ten browser profiles, and the next one says so when there is no room', () => {
  const host = new Host(new Set(), { first: 32_768, last: 60_999 });
  for (let i = 0; i < 100; i += 1) {
    host.take({ do: 'propose', pack: builtInPacks[i % builtInPacks.length] as ProductPack });
    for (let k = 0; k < 10; k += 1) host.take({ do: 'lease', nth: i });
  }
  const all = held(host.instances);
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(1200);
  const fill = () => {
    for (let i = 0; i < 300; i += 1) host.take({ do: 'propose', pack: builtInPacks[0] as ProductPack });
  };
  try {
    fill();
    expect.unreachable();
  } catch (error) {
    expect(isProblem(error, 'PORTS_EXHAUSTED')).toBe(true);
  }
});
