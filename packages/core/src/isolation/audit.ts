import type { AuditInput, Finding, Severity } from './facts.ts';
import { accessFindings } from './modes.ts';
import { sharedNames } from './names.ts';
import { nestedPlaces } from './nested.ts';
import { sharedPlaces } from './places.ts';
import { sharedSecrets } from './secrets.ts';

const RANK: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/**
 * What instances share, and what others may read of them: paths by their place on the disk, secrets by hash. Pure and total;
 * findings come worst first, and in the same order for the same facts.
 */
export function auditIsolation(input: AuditInput): Finding[] {
  return sortedFindings([
    ...sharedNames(input),
    ...sharedPlaces(input),
    ...sharedSecrets(input),
    ...nestedPlaces(input),
    ...accessFindings(input),
  ]);
}

/** Findings worst first, then by id. */
export function sortedFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => RANK[a.severity] - RANK[b.severity] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** An instance that could not be looked at: its isolation is not known, which is not the same as good. */
export function notAudited(instance: string, reason: string): Finding {
  return {
    id: `not-audited:${instance}`,
    code: 'not-audited',
    severity: 'warning',
    instances: [instance],
    message: `${instance} could not be looked at: ${reason}`,
    hint: 'repair what is named, then audit again',
  };
}
