import type { InstanceDocument, Verdict } from '@polygate/core';
import { style } from './style.ts';
import { table } from './table.ts';

/** One instance in a list. */
export interface InstanceRow extends InstanceDocument {
  verdict: Verdict | null;
  pid: number | null;
  /** What the verdict rests on. */
  reason?: string;
  /** By what it was found: the ledger, the disk. */
  found?: readonly string[];
}

const GOOD = new Set<Verdict>(['healthy']);
const PENDING = new Set<Verdict>(['starting', 'stopped', 'not-installed', 'unknown', 'parked']);

export function verdictText(verdict: Verdict): string {
  return style(GOOD.has(verdict) ? 'green' : PENDING.has(verdict) ? 'yellow' : 'red', verdict);
}

/** Instances with what one wants to see first. */
export function instanceTable(rows: readonly InstanceRow[]): string {
  if (rows.length === 0) return 'No instances. Make one with: setup';
  const cells = rows.map(({ id, verdict, pid, ports, stateDir }) => [
    id,
    verdict ?? '-',
    pid === null ? '-' : String(pid),
    String(ports.gateway),
    `ws://127.0.0.1:${ports.gateway}`,
    stateDir,
  ]);
  return table(['INSTANCE', 'VERDICT', 'PID', 'PORT', 'URL', 'STATE'], cells);
}
