import type { Verdict } from '@polygate/core/status';
import type { InstanceSpec, ProbeRole, ProbeState, Started } from '@polygate/core/supervise';

/** What a watched child turned out to be. The machine decides what follows. */
export interface ProbeEvent {
  /**
   * startup-ok, startup-failed: once · ready, unready: at each change · alive: liveness succeeded · liveness-failed: so often
   * that it counts · memory-exceeded: above its limit · wrong-instance: another gateway answers · lost: the held connection
   * closed, so the process is to be looked at now.
   */
  type:
    | 'startup-ok'
    | 'startup-failed'
    | 'ready'
    | 'unready'
    | 'alive'
    | 'liveness-failed'
    | 'memory-exceeded'
    | 'wrong-instance'
    | 'lost';
  /** One line for people. */
  detail: string;
  /** All probes as they stand. */
  probes: Readonly<Record<ProbeRole, ProbeState | null>>;
  /** What the last probe found, where that says more than the state of the machine. */
  verdict?: Verdict;
}

/** Probes that go on. */
export interface Probing {
  /** Version of the gateway on the connection that is held; undefined while none is, and then its going is not noticed at once. */
  readonly heldVersion: string | undefined;
  /** No event comes after it. */
  close(): void;
}

/** Asks children whether they start, are of use, and are alive. One for all of them, so that it can hold itself back. */
export interface Prober {
  /** `started`: it is past its startup, and that is not asked again. */
  watch(spec: InstanceSpec, child: { pid: number; started?: Started | undefined }, tell: (event: ProbeEvent) => void): Probing;
}
