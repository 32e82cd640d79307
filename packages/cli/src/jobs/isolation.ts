import { auditIsolation, type Finding, sortedFindings } from '@polygate/core/isolation';
import { gatherIsolation } from '@polygate/host/isolation';
import type { Context } from '../context.ts';
import { style } from '../output/style.ts';

/** What the instances of this account share, and what others may read of them, with how many were looked at. */
export async function isolationOf(context: Context): Promise<{ audited: string[]; findings: Finding[] }> {
  const { input, findings } = await gatherIsolation(await context.world());
  return {
    audited: input.instances.map(({ id }) => id).sort(),
    findings: sortedFindings([...findings, ...auditIsolation(input)]),
  };
}

const COLOURS = { error: 'red', warning: 'yellow', info: 'dim' } as const;

/** Findings for people: what it is, and what to do. */
export function findingLines(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ severity, message, hint }) => [
    `${style(COLOURS[severity], `${severity}:`.padEnd(8))} ${message}`,
    `         ${style('dim', hint)}`,
  ]);
}
