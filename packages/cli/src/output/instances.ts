import { type InstanceListDocument, type InstanceRow, SCHEMA_VERSION, type UnfinishedChange, type Verdict } from '@polygate/core';
import type { Outcome } from '../command.ts';
import { style } from './style.ts';
import { table } from './table.ts';

const GOOD = new Set<Verdict>(['healthy']);
const PENDING = new Set<Verdict>(['starting', 'stopped', 'not-installed', 'unknown', 'parked']);

export function verdictText(verdict: Verdict): string {
  return style(GOOD.has(verdict) ? 'green' : PENDING.has(verdict) ? 'yellow' : 'red', verdict);
}

/** What a command that lists instances gives back. */
export function instanceList(rows: InstanceRow[], unfinished?: UnfinishedChange | null): Outcome {
  const json: InstanceListDocument = { ok: true, schemaVersion: SCHEMA_VERSION, instances: rows };
  if (unfinished !== undefined) json.unfinished = unfinished;
  const note = unfinished ? `\nNot finished: ${unfinished.change}. If no other command is at it: ${unfinished.command}` : '';
  return { json, text: `${instanceTable(rows)}${note}` };
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
