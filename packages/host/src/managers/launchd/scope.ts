import type { ManagerId, Problem, ServiceDefinition } from '@polygate/core';
import type { DomainKind } from '@polygate/core/launchd';
import type { ServiceManager } from '../manager.ts';

/** What sets jobs of an account apart from those of the whole Mac. Everything else they have in common. */
export interface Scope {
  readonly id: ManagerId;
  /** Its name in the family's JSON. */
  readonly label: string;
  readonly options: string;
  readonly folder: ServiceManager['folder'];
  readonly jobDir: string;
  /** Where the other scope would keep a job: the same label in both would be two gateways on one port. */
  readonly otherJobDir: string;
  /** The domain of a kind: `gui/501`, `user/501`, `system`. */
  domain(kind: DomainKind): string;
  /** The kinds in which a job of this scope may be loaded, the usual one first. */
  readonly kinds: readonly DomainKind[];
  /** The kind that is there now, for a job that is new. */
  choose(): Promise<DomainKind>;
  detect(): Promise<Problem | undefined>;
  /** Files that a job prints to. */
  outputOf(definition: ServiceDefinition): { out: string; err: string };
  /** Where the secrets that a service is given are kept, for the job of this name. */
  environmentFile(name: string, stateDir: string): string;
  /** What the user should know of a job that is loaded there. */
  notes(kind: DomainKind): string[];
}
