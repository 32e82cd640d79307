import type { UnitFile } from '../formats/systemd-unit.ts';
import type { Finding as IsolationFinding } from '../isolation/facts.ts';
import type { PortFinding } from '../ports/findings.ts';
import type { ServiceDefinition } from '../service/definition.ts';
import type { Drift } from '../service/diff.ts';
import type { ManagerId } from '../service/names.ts';
import type { ManagerView, Verdict } from '../status/verdict.ts';
import type { EnvironmentUse } from './embedded.ts';

/**
 * Everything that the rules rest on, each kind by itself. What does not exist on this host, or could not be looked at, is
 * undefined; why, stands in `missing`. No secret is among them: only whether there is one, and whether two are the same.
 */
export interface DoctorFacts {
  instance: InstanceFacts;
  /** Facts that could not be gathered, with the reason. */
  missing: Partial<Record<keyof DoctorFacts, string>>;
  config?: ConfigFacts | undefined;
  state?: StateFacts | undefined;
  /** undefined where this host has no service manager. */
  service?: ServiceFacts | undefined;
  /** The definition of that service, where one is installed. */
  definition?: DefinitionFacts | undefined;
  ports?: readonly PortFinding[] | undefined;
  running?: RunningFacts | undefined;
  isolation?: readonly IsolationFinding[] | undefined;
  ledger?: LedgerFacts | undefined;
  shell?: ShellFacts | undefined;
  /** What is wrong with files of the user that describe products. */
  packs?: readonly Told[] | undefined;
  /** With --deep: every other instance of this account. */
  siblings?: readonly SiblingFacts[] | undefined;
  /** With --deep: definitions of gateways under other names, in every scope. */
  otherServices?: readonly OtherServiceFacts[] | undefined;
}

/** A problem in words. */
export interface Told {
  code: string;
  message: string;
  hint: string;
}

export interface InstanceFacts {
  id: string;
  displayName: string;
  stateDir: string;
  configPath: string;
  port: number;
  /** Command with product and profile, for what is to be typed. */
  command: string;
  /** Version of Polygate that looks. */
  version: string;
  /** Which program runs as the gateway; undefined: nobody has said it. */
  program: 'reference' | 'external' | undefined;
}

export interface ConfigFacts {
  exists: boolean;
  /** It cannot even be read. */
  unreadable?: string | undefined;
  errors: readonly string[];
  unknownKeys: readonly string[];
  includes: readonly string[];
  /** It has the name of an older generation. */
  legacyName: boolean;
  mode: string | undefined;
  /** What clients have to show, as the config alone has it. */
  auth: { kind: 'token' | 'password'; length: number; reference: boolean; guessable: boolean } | undefined;
  /** A secret comes from the service's environment file. */
  authElsewhere: boolean;
  beyondLoopback: boolean;
}

export interface StateFacts {
  exists: boolean;
  kind: 'file' | 'directory' | 'other' | undefined;
  writable: boolean;
  /** The gateway that listens though the directory is gone: `pid 4242 (…)`, on which port, and whether its service runs it. */
  keptBy?: { holder: string; pid: number | undefined; port: number; serviced: boolean } | undefined;
  /** Nobody may write to its file system. */
  readOnly: boolean;
  /** Left for this account on its file system; undefined where that cannot be told. */
  freeBytes: number | undefined;
  /** Locks of gateways that are gone. */
  staleLocks: readonly string[];
  /** Temporary files of writers that are gone. */
  leftovers: readonly string[];
  /** A change of this profile that was interrupted. */
  unfinished: { title: string; command: string } | undefined;
  logsBytes: number;
  logsPath: string;
  workspace: { path: string; exists: boolean };
}

export interface ServiceFacts {
  manager: ManagerId;
  name: string;
  path: string;
  installed: boolean;
  /** Why the manager cannot be asked or used. */
  unreachable: Told | undefined;
  view: ManagerView | undefined;
  /** The definition that is there cannot be read, and how it becomes one that can. */
  unreadable?: { message: string; fix: string } | undefined;
  /** Why an install would be refused. */
  refused: Told | undefined;
  /** Commands that would have to come before a first start: lingering is off. */
  prepares: readonly string[];
  /** Services under names of earlier generations that run on this very state directory. */
  legacy: readonly { name: string; path: string }[];
  /** How to type a command of this manager: `systemctl --user`. */
  tool: string;
  /** The command that has it start by itself, where that is not `TOOL enable NAME`. */
  enable?: string | undefined;
}

export interface DefinitionFacts {
  path: string;
  /** Permission bits; undefined where they mean nothing. */
  mode: number | undefined;
  content: ServiceDefinition | undefined;
  /** The same in systemd's own words, when it is a unit. */
  unit: UnitFile | undefined;
  /** What harms a gateway, when it is a script with its task, or a configuration of WinSW. */
  windows?: readonly { code: string; says: string }[] | undefined;
  /** What launchd takes otherwise than it is meant, and what of its policy harms a gateway, when it is a job. */
  job?: { faults: readonly string[]; policy: readonly { code: string; says: string }[] } | undefined;
  drift: readonly Drift[];
  overrides: readonly { path: string; keys: readonly string[] }[];
  /** The program: the first word of its command line. */
  program: ProgramFacts | undefined;
  /** The script that a runtime is given. */
  entry: { path: string; exists: boolean } | undefined;
  /** Where this installation of Polygate would start itself from; undefined when another program runs as the gateway. */
  wanted: { program: string; entry: string } | undefined;
  environment: EnvironmentUse;
  /** Names of options on the command line that carry a secret. */
  secretOptions: readonly string[];
  /** The base port on its command line. */
  port: number | undefined;
  environmentFile: { path: string; exists: boolean; mode: number | undefined } | undefined;
  /** The secret that the service is given, and the config's own, are two. */
  secretDiffers: boolean;
  /** Copies beside it that may hold what it held. */
  copies: readonly { path: string; mode: number | undefined }[];
}

export interface ProgramFacts {
  path: string;
  exists: boolean;
  runtime: 'node' | 'bun' | 'other';
  /** What it says of itself: `20.17.0`. */
  version: string | undefined;
  failure: string | undefined;
  /** A runtime outside of version managers that could take its place. */
  systemNode: string | undefined;
}

export interface RunningFacts {
  verdict: Verdict;
  reason: string;
  /** The live, verified gateway of the state directory. */
  gateway: { pid: number; parent: number | undefined; version: string } | undefined;
  lastError: string | undefined;
  /** What `gateway status` says to type next. */
  next?: string | undefined;
}

export interface LedgerFacts {
  path: string;
  damage: Told | undefined;
  isRecorded: boolean;
  entry: { port: number; leases: Readonly<Record<string, number>> } | undefined;
  /** CDP ports that the config names, by browser profile. */
  configured: Readonly<Record<string, number>>;
  /** Nothing is left of it, and nothing of it runs. */
  stateDirGone: boolean;
}

export interface ShellFacts {
  platform: string;
  node: string;
  /** Variables that make commands mean another instance than its own record does. */
  redirecting: readonly { name: string; value: string }[];
  /** The environment names two instances at once. */
  contradiction: Told | undefined;
  /** A secret in the shell that is not the instance's. */
  otherSecret: string | undefined;
  home: string | undefined;
  accountHome: string;
  polygateHome: string | undefined;
  /** POLYGATE_HOME of the installed definition. */
  definitionHome: string | undefined;
  isRoot: boolean;
  sudoUser: string | undefined;
}

export interface SiblingFacts {
  id: string;
  verdict: Verdict;
  reason: string;
}

export interface OtherServiceFacts {
  name: string;
  path: string;
  /** It runs on the state directory of the instance that is looked at. */
  sameStateDir: boolean;
}
