import type { Verdict } from '@polygate/core/status';
import type { InstanceReport, InstanceSpec, Started } from '@polygate/core/supervise';
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
