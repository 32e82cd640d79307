import type { InstanceDocument } from '../gen/output.gen.ts';
import type { RestartSignalSpan } from '../product/restart-signal.ts';
import type { RestartPolicy } from './backoff.ts';

/** How a probe asks. ladder: the family's protocol, rung by rung, and a path where one is named · tcp: a connection · http: GET, 200 to 399 · exec: exit 0. */
export const PROBE_KINDS = ['ladder', 'tcp', 'http', 'exec'] as const;
export type ProbeKind = (typeof PROBE_KINDS)[number];

export const PROBE_ROLES = ['startup', 'readiness', 'liveness'] as const;
export type ProbeRole = (typeof PROBE_ROLES)[number];

/** One probe with the kubelet's fields, in milliseconds. */
export interface ProbeSpec {
  kind: ProbeKind;
  initialDelayMs: number;
  periodMs: number;
  timeoutMs: number;
  /** So many in a row make it good; 1 for startup and liveness. */
  successThreshold: number;
  /** So many in a row make it bad. */
  failureThreshold: number;
  /** http: path on the gateway's port, or on `port`. ladder: a path that has to answer besides. */
  path?: string | undefined;
  port?: number | undefined;
  /** exec: run in the environment of the instance. */
  command?: readonly string[] | undefined;
}

/** null: it is not asked. */
export type ProbeSpecs = Readonly<Record<ProbeRole, ProbeSpec | null>>;

export const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const;

export interface StopSpec {
  signal: (typeof STOP_SIGNALS)[number];
  /** Time to end by itself before SIGKILL goes to the whole group. */
  budgetMs: number;
}

/** What the operating system is asked to hold the process to; undefined: nothing. */
export interface LimitSpec {
  /** Resident memory of the whole group; above it the instance is restarted in good order. */
  maxMemoryBytes?: number | undefined;
  /** Added to the niceness, 1 to 19. */
  nice?: number | undefined;
  /** RLIMIT_NOFILE. */
  openFiles?: number | undefined;
}

export interface OutputSpec {
  /** stdout and stderr are appended here. */
  path: string;
  /** Turned over above this size; 0: never. */
  maxBytes: number;
  /** Older files that are kept. */
  keep: number;
}

export const DEPENDENCY_CONDITIONS = ['started', 'healthy'] as const;
export type DependencyCondition = (typeof DEPENDENCY_CONDITIONS)[number];

/** Everything the supervisor needs to run one instance. Made anew from the instance and its settings at every reload. */
export interface InstanceSpec {
  /** `product/profile`. */
  id: string;
  argv: readonly string[];
  /** The whole environment: nothing of the supervisor's own comes along. May hold secrets: never printed, never kept. */
  env: Readonly<Record<string, string>>;
  cwd: string;
  output: OutputSpec;
  probes: ProbeSpecs;
  restart: RestartPolicy;
  stop: StopSpec;
  limits: LimitSpec;
  dependsOn: Readonly<Record<string, DependencyCondition>>;
  /** Versions of its program that restart in place on a signal. */
  restartSignals?: readonly RestartSignalSpan[] | undefined;
  /** Where the gateway is reached, and what to show it. */
  target: { host: string; port: number; token?: string | undefined; password?: string | undefined };
  /** What is printed of the instance; made once, so that a listing of many costs no look at the disk. */
  document: InstanceDocument;
  /** By these the gateway that answers is known to be this one. */
  identity: {
    stateDir: string;
    configPath: string;
    /** Gateways of its version name their own paths when they say hello. */
    namesItself: boolean;
  };
}
