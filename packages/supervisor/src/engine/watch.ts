import type { Verdict } from '@polygate/core/status';
import { type InstanceReport, type InstanceSpec, type Started, startedBefore } from '@polygate/core/supervise';
import type { ProbeEvent, Prober, Probing } from '../prober.ts';

const NOT_ASKED: InstanceReport['probes'] = { startup: null, readiness: null, liveness: null };

/** The probes of one instance, and what they found last. */
export class Watch {
  probes: InstanceReport['probes'] = NOT_ASKED;
  found: Verdict | undefined;
  readonly #prober: Prober;
  #probing: Probing | undefined;

  constructor(prober: Prober) {
    this.#prober = prober;
  }

  get goesOn(): boolean {
    return this.#probing !== undefined;
  }

  /** Version of the gateway on the connection that is held now. */
  get heldVersion(): string | undefined {
    return this.#probing?.heldVersion;
  }

  /** Asks anew. `heard` is told what matters; that all is well, time and again, is only kept. */
  begin(
    spec: InstanceSpec,
    child: { pid: number; started: Started | undefined },
    heard: (event: ProbeEvent & { type: Exclude<ProbeEvent['type'], 'alive'> }) => void,
  ): void {
    this.end();
    this.probes = { ...NOT_ASKED, startup: child.started?.startup ?? null };
    this.found = undefined;
    this.#probing = this.#prober.watch(spec, child, (event) => {
      this.probes = event.probes;
      this.found = event.verdict;
      const { type } = event;
      if (type !== 'alive') heard({ ...event, type });
    });
  }

  end(): void {
    this.#probing?.close();
    this.#probing = undefined;
  }
}

/** What of a process's probes outlives a change of who asks; undefined while it has not started. */
export const startedAs = (probes: InstanceReport['probes'], state: string, ready: boolean): Started | undefined => {
  const started = startedBefore(probes, state === 'running' || state === 'ready');
  return started && { ...started, ready };
};
