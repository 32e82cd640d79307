import type { Footprint } from '../gen/output.gen.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';

export type { Footprint };

/** Distance from a base to the last port of its footprint: 110 in every shipped pack. */
export function reachOf({ ports: { browserControl, canvas, cdp, soft = [] } }: ProductPack): number {
  return Math.max(browserControl, canvas ?? 0, cdp.last, ...soft.map(({ offset }) => offset));
}

export type FixedUse = 'gateway' | 'browser control' | 'canvas';

/** The footprint of a base port when nothing is overridden. */
export function deriveFootprint(pack: ProductPack, base: number): Footprint {
  const { browserControl, canvas, cdp, soft = [] } = pack.ports;
  return {
    gateway: base,
    browserControl: base + browserControl,
    canvas: canvas === null ? null : base + canvas,
    cdp: { first: base + cdp.first, last: base + cdp.last, leased: {} },
    pinned: [],
    defaultCdp: base + cdp.first,
    soft: soft.map(({ offset, use }) => ({ port: base + offset, use })),
  };
}

/** The ports that the instance binds by itself, each with its use. */
export function fixedPorts({ gateway, browserControl, canvas }: Footprint): { port: number; use: FixedUse }[] {
  const fixed: { port: number; use: FixedUse }[] = [{ port: gateway, use: 'gateway' }];
  if (browserControl !== null) fixed.push({ port: browserControl, use: 'browser control' });
  if (canvas !== null) fixed.push({ port: canvas, use: 'canvas' });
  return fixed;
}

/** A port that no other instance may have: one that is bound, or leased to a browser profile. */
export interface HeldPort {
  port: number;
  use: FixedUse | 'CDP';
  /** For people: `gateway`, `CDP of browser profile work`. */
  label: string;
  /** The same as a part of a sentence: `the gateway port`. */
  phrase: string;
}

/** The fixed and the leased ports of an instance. */
export function heldPorts(footprint: Footprint): HeldPort[] {
  const leased = Object.entries(footprint.cdp.leased).map(
    ([profile, port]): HeldPort => ({
      port,
      use: 'CDP',
      label: `CDP of browser profile ${profile}`,
      phrase: `the CDP port of browser profile ${profile}`,
    }),
  );
  return [...fixedPorts(footprint).map((f): HeldPort => ({ ...f, label: f.use, phrase: `the ${f.use} port` })), ...leased];
}
