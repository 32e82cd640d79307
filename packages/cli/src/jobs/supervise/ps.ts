import { type PsDocument, SCHEMA_VERSION } from '@polygate/core';
import type { InstanceReport } from '@polygate/core/supervise';
import type { Hello } from '@polygate/supervisor/control';
import type { Context } from '../../context.ts';
import { supervisedRow, supervisedTable, supervisorProcess } from './rows.ts';

export function psDocument(hello: Hello | null, reports: readonly InstanceReport[]): PsDocument {
  const supervisor = hello && supervisorProcess(hello);
  return { ok: true, schemaVersion: SCHEMA_VERSION, supervisor, instances: reports.map(supervisedRow) };
}

export function psText(
  { host, commandLine }: Pick<Context, 'host' | 'commandLine'>,
  { supervisor, instances }: PsDocument,
): string {
  const table = supervisedTable(instances, host.clock.now());
  if (supervisor) return table;
  return instances.length === 0
    ? `No supervisor runs. Start one with: ${commandLine} up -d`
    : `No supervisor runs; this is what the last one wrote down. Start one with: ${commandLine} up -d\n${table}`;
}
