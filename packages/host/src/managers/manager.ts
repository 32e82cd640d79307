import type { AuditIssue, Drift, FileState, ManagerId, ManagerView, Problem, ServiceDefinition, Step } from '@polygate/core';

/** What a manager shall do with a service. */
export type Intent =
  /** `settle`: the manager is to know what there is, and nothing is started that stands still. */
  | { kind: 'install'; force: boolean; wanted: WantedService; settle?: boolean }
  | AdoptIntent
  | RestoreIntent
  | { kind: 'uninstall'; stateDir: string; force: boolean }
  | { kind: 'start' }
  | { kind: 'stop' }
  | { kind: 'restart' };

/** Takes over a service that others installed, maybe under another name. */
export interface AdoptIntent {
  kind: 'adopt';
  from: string;
  wanted: WantedService;
  /** Written first, and put back with the rest: the record, the settings. */
  files: Step[];
}

/** Gives back what was adopted. */
export interface RestoreIntent {
  kind: 'restore';
  from: string;
  files: readonly FileState[];
  enabled: boolean;
  active: boolean;
}

export interface WantedService {
  definition: ServiceDefinition;
  /** Content of the file with secrets (0600) that the definition names; undefined when it names none. */
  environmentFile: { path: string; content: string } | undefined;
}

/** What is written for a service, read from disk. */
export interface Inspection {
  path: string;
  /** undefined when there is no definition. */
  text: string | undefined;
  /** Permission bits of its file; undefined when there is none. */
  mode: number | undefined;
  definition: ServiceDefinition | undefined;
  /** Why it cannot be read, though something is there: it has no text then. */
  unreadable?: Problem | undefined;
  /** The manager's own text of it, where that is another than the definition's (Windows: the task). */
  registered?: string | undefined;
  /** Files beside it that change what it says, and are kept (systemd: drop-ins). */
  overrides: Override[];
}

/** A file of somebody else that changes what a definition says. */
export interface Override {
  path: string;
  /** What it sets: `Service.ExecStart`. */
  keys: string[];
}

export interface Plan {
  /** up-to-date: nothing to do · drifted: it differs and is left alone without force */
  result: 'up-to-date' | 'drifted' | 'apply';
  drift: Drift[];
  steps: Step[];
  /** What the user should know of it: something that cannot be had here. */
  notes?: readonly string[];
}

/** What came of applying a plan. */
export interface Applied {
  /** Advice for steps that failed and were not needed. */
  warnings: string[];
  /** One of those was to start the service, which waits for what the advice says. */
  unstarted?: boolean;
  /** Puts files and run state back to what they were before. */
  putBack(): Promise<void>;
}

/**
 * One service manager. `plan` only reads, `apply` alone writes (all or nothing), `status` is the manager's own view and says
 * nothing about whether the gateway answers. Managers never import one another.
 */
export interface ServiceManager {
  readonly id: ManagerId;
  /** Its name in the family's JSON: `systemd`, `LaunchAgent`, `Scheduled Task`. */
  readonly label: string;
  readonly loadedText: string;
  readonly notLoadedText: string;
  /** The options with which a command means its services, a blank before each; '' where they are meant anyway. */
  readonly options: string;
  /**
   * Where locks and records of its services are kept, when those are the whole machine's: one place for whoever root is today,
   * and never the home of the account that a service runs as. undefined: Polygate's own folder of the account.
   */
  readonly folder: { run: string; state: string } | undefined;
  /** Why this manager cannot serve here; undefined when it can. */
  detect(): Promise<Problem | undefined>;
  /** `registered`: the manager is asked for its own text too, where it has one, though the definition tells all that runs. */
  inspect(name: string, options?: { registered: boolean }): Promise<Inspection>;
  /** What is wrong with a definition, whoever wrote it. Nothing is said of one that is not there. */
  audit(inspection: Inspection, configPort?: number): AuditIssue[];
  /** Paths that an uninstall must not leave behind, of those that are there now, with what others keep beside them. */
  remains(name: string, stateDir: string): Promise<{ ours: string[]; kept: string[] }>;
  /** What stands in the way of adopting a definition, and which of its settings would not be taken over. */
  doubts(inspection: Inspection, wanted: ServiceDefinition): { obstacle: string | undefined; lost: string[] };
  /** Files with secrets that a definition of others names, in their order. */
  environmentFilesIn(inspection: Inspection): string[];
  /** Where an override of a service lies under the name of another service. */
  overrideAt(override: Override, name: string): string;
  /** Names of every definition in the place where this manager's definitions lie, whoever wrote them. */
  list(): Promise<string[]>;
  /** Path of the file (0600) for secrets that the service of this name is given. */
  environmentFile(name: string, stateDir: string): string;
  /** What must come before a first start, whichever service it is (systemd: lingering); empty when all of it is so. */
  prepare(): Promise<Step[]>;
  plan(name: string, intent: Intent): Promise<Plan>;
  apply(steps: readonly Step[]): Promise<Applied>;
  /** undefined when the manager cannot be asked. */
  status(name: string): Promise<ManagerView | undefined>;
  /** The same of many, by name, asked at once. One that it says nothing of is not in it. */
  statuses(names: readonly string[]): Promise<ReadonlyMap<string, ManagerView>>;
  /** Last lines that the service printed (since a time, in milliseconds since 1970), newest last; empty when the manager keeps none. */
  recentOutput(name: string, lines: number, sinceMs?: number): Promise<string[]>;
}
