import type { InstanceSpec, ProbeSpec } from '@polygate/core/supervise';
import { supervisionFrom } from '@polygate/core/supervise';
import { nodeHost, portOwners } from '@polygate/host';
import { createProber, type ProbeEvent } from '@polygate/supervisor';
import { afterTest } from './world.ts';

const host = nodeHost();
const identity = { id: 'gateway-client', mode: 'backend', version: '0.0.0', instanceId: 'test' } as const;

/** A prober as the supervisor has it, on this machine. */
export const realProber = (now: () => number = Date.now): ReturnType<typeof createProber> =>
  createProber({ clock: { now }, client: identity, owners: (pid, port) => portOwners(host, port, pid) });

/** Quick probes: the figures are not what is tested. */
export const QUICK: ProbeSpec = {
  ...{ kind: 'ladder', initialDelayMs: 0, periodMs: 200, timeoutMs: 1_000, successThreshold: 1, failureThreshold: 3 },
};

export interface Wanted extends Partial<Omit<InstanceSpec, 'probes'>> {
  port: number;
  probes?: Partial<InstanceSpec['probes']>;
}

export function specFor({ port, probes, ...rest }: Wanted): InstanceSpec {
  const stateDir = '/nowhere/state';
  return {
    ...{ id: 'zero/test', argv: [], env: { PATH: process.env.PATH ?? '' }, cwd: '/' },
    ...supervisionFrom({}),
    output: { path: '/nowhere/console.log', maxBytes: 0, keep: 0 },
    probes: { startup: { ...QUICK, failureThreshold: 300 }, readiness: QUICK, liveness: QUICK, ...probes },
    target: { host: '127.0.0.1', port, token: 'right' },
    document: { stateDir } as InstanceSpec['document'],
    identity: { stateDir, configPath: `${stateDir}/zero.json`, namesItself: true },
    ...rest,
  };
}

/** What a child's probes tell, and a way to wait for it. */
export function watched(spec: InstanceSpec, pid: number, prober: ReturnType<typeof realProber> = realProber()): Told {
  const events: ProbeEvent[] = [];
  let read = 0;
  let wake = () => undefined as unknown;
  const probing = prober.watch(spec, { pid }, (event) => {
    events.push(event);
    wake();
  });
  afterTest(async () => probing.close());
  return {
    events,
    close: () => probing.close(),
    types: () => events.map(({ type }) => type),
    async next(type) {
      for (;;) {
        const event = events[read];
        if (event) read += 1;
        else await new Promise((resolve) => (wake = () => resolve(undefined)));
        if (event?.type === type) return event;
      }
    },
  };
}

export interface Told {
  events: ProbeEvent[];
  close(): void;
  types(): ProbeEvent['type'][];
  /** The next event of a type, after the one that was waited for last. */
  next(type: ProbeEvent['type']): Promise<ProbeEvent>;
}
