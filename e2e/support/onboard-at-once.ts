import type { World } from './world.ts';

export interface Footprint {
  gateway: number;
  browserControl: number;
  canvas: number | null;
  cdp: { first: number; last: number };
}

export interface Onboarded {
  profile: string;
  code: number | null;
  stderr: string;
  stdout: string;
  ms: number;
}

/** Starts `onboard --non-interactive` for every profile in the same moment, each a process of its own, and waits for all. */
export function onboardAtOnce(world: World, profiles: readonly string[]): Promise<Onboarded[]> {
  return Promise.all(
    profiles.map(async (profile) => {
      const start = performance.now();
      const { code, stdout, stderr } = await world.zero('--profile', profile, 'onboard', '--non-interactive', '--json');
      return { profile, code, stdout, stderr, ms: performance.now() - start };
    }),
  );
}

export const footprintOf = ({ stdout }: Onboarded): Footprint =>
  (JSON.parse(stdout) as { instance: { ports: Footprint } }).instance.ports;

/** Every port that a footprint claims: the fixed ones and the whole CDP band. */
export function portsOf({ gateway, browserControl, canvas, cdp }: Footprint): number[] {
  const band = Array.from({ length: cdp.last - cdp.first + 1 }, (_, i) => cdp.first + i);
  return [gateway, browserControl, ...(canvas === null ? [] : [canvas]), ...band];
}
