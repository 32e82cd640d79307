import type { DoctorFinding } from '../gen/output.gen.ts';
import type { DoctorFacts } from './facts.ts';

export type { DoctorFinding };
export type Severity = DoctorFinding['severity'];

/** What `--fix` can do. Each is one way that a command of its own takes, too. */
export const REPAIRS = {
  tidy: 'removes what a killed process left behind',
  mode: 'takes the rights of other accounts away',
  config: 'completes the config as `setup` does, with a backup',
  ledger: 'writes the ledger anew from what is on disk; a damaged one is kept aside',
  settle: 'tells the service manager what it does not know yet, and restarts nothing',
  linger: 'lets the services of this account run without a login',
  install: 'replaces the definition as `gateway install --force` does, and puts the old one back if the new one does not answer',
  migrate: 'replaces the service of the older name, and puts it back if the new one does not answer',
} as const;
export type RepairKind = keyof typeof REPAIRS;

/** One thing that a rule found. What it leaves out, the rule says. */
export interface Found {
  message: string;
  /** What to do by hand: a command to type, or a sentence. */
  fix: string;
  severity?: Severity;
  /** The files and directories concerned. */
  paths?: string[];
  /** This one is nothing that the rule's repair can help with. */
  byHand?: boolean;
}

/** A named rule: plain data, and a pure function of the facts. */
export interface Rule<K extends keyof DoctorFacts = keyof DoctorFacts> {
  /** Stable: scripts match on it. */
  code: string;
  severity: Severity;
  /** When it speaks up, one line for docs/reference/doctor.md. */
  about: string;
  /** Facts without which it has nothing to say. */
  needs: readonly K[];
  check(facts: Known<K>): readonly Found[];
  repair?: RepairKind;
}

/** Facts of which those that a rule needs are there. */
export type Known<K extends keyof DoctorFacts> = DoctorFacts & { [P in K]-?: NonNullable<DoctorFacts[P]> };

/** Keeps the exact facts that a rule needs in its type, and gives it the one that all rules have. */
export function rule<const K extends keyof DoctorFacts>(it: Rule<K>): Rule {
  return it as unknown as Rule;
}

/** One finding, or none. */
export const when = (holds: boolean, found: () => Found): Found[] => (holds ? [found()] : []);
