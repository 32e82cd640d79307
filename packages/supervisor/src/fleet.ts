import type { InstanceReport, InstanceSpec, SupervisorEvent } from '@polygate/core/supervise';

/** What a reload changed, by id. */
export interface AppliedSpecs {
  added: string[];
  removed: string[];
  /** The process had to be started anew. */
  restarted: string[];
  /** Taken over while it runs: probes, policy, limits of the supervisor itself. */
  adjusted: string[];
}

/** All supervised instances. Everything else (commands, control socket, metrics, managers) works on this interface alone. */
export interface Fleet {
  /** The instances to look after; those that are new and wanted start, in the order of their dependencies. */
  apply(specs: readonly InstanceSpec[]): Promise<AppliedSpecs>;
  /** Wants them up. Resolves when the start was asked for. @throws Problem for an id that is not known */
  start(ids: readonly string[]): Promise<void>;
  /** Wants them down: dependents first, all others at once. Resolves when every one is gone. */
  stop(ids: readonly string[]): Promise<void>;
  /** `rolling`: one at a time, each ready before the next; stops at the first that does not come up, and says which. */
  restart(ids: readonly string[], options: { rolling: boolean }): Promise<void>;
  reports(): InstanceReport[];
  /** Told of every transition, after it took effect. Gives the way to stop listening. */
  listen(listener: (event: SupervisorEvent, report: InstanceReport) => void): () => void;
  /** Ends the supervision. `keep`: the children live on, to be adopted. */
  close(children: 'stop' | 'keep'): Promise<void>;
}
