import type { ManagerId, Problem, ServiceDefinition, Step, UnitFile } from '@polygate/core';
import type { CommandOptions } from '../../ports.ts';
import type { ServiceManager } from '../manager.ts';

/** How this process reaches a systemd. */
export interface Reach {
  /** systemd runs this machine. */
  booted: boolean;
  /** The manager of this scope can be asked. */
  awake: boolean;
  options: CommandOptions;
}

/** What sets the manager of one account apart from that of the system. Everything else they have in common. */
export interface Scope {
  readonly id: ManagerId;
  /** The manager in error texts: `systemd --user`. */
  readonly called: string;
  /** How systemctl is called for it. */
  readonly systemctl: readonly string[];
  readonly options: string;
  readonly folder: ServiceManager['folder'];
  readonly unitDir: string;
  /** The directory of symlinks that makes a unit start by itself. */
  readonly wantsDir: string;
  /** Where the other scope would keep a unit: the same name in both would be two gateways on one port. */
  readonly otherUnitDir: string;
  render(definition: ServiceDefinition): UnitFile;
  /** Arguments by which journalctl finds what the processes of a unit printed, and nothing that systemd says of it. */
  journal(unit: string): string[];
  reach(): Promise<Reach>;
  /** Why this manager cannot serve here; undefined when it can. */
  detect(): Promise<Problem | undefined>;
  /** Where the secrets that a service is given are kept, for the unit of this name. */
  environmentFile(name: string, stateDir: string): string;
  /** What must come before a first start. */
  before(): Promise<Step[]>;
  /** What comes after the last service of this scope that Polygate installed is gone, when `name` goes. */
  after(name: string): Promise<Step[]>;
  /** A failed step in better words, where this scope has them. */
  explain(error: unknown): Problem | undefined;
  /** What to do when the manager does not answer. */
  advise(said: string): string;
}
