import type { DoctorRepair } from '@polygate/core';
import { redact } from '@polygate/core';
import { type DoctorFacts, type DoctorFinding, lineDiff } from '@polygate/core/doctor';
import { keepBackup } from '@polygate/host';
import type { Subject } from '../subject.ts';

/** What a repair is given: only what concerns it, and from the instance's own record. */
export interface RepairInput {
  subject: Subject;
  facts: DoctorFacts;
  findings: readonly DoctorFinding[];
  /** Says what is about to be done, before it is. */
  show(lines: readonly string[]): void;
}

export type RepairResult = Pick<DoctorRepair, 'ok' | 'message' | 'diff' | 'backups'>;
export type Repair = (input: RepairInput) => Promise<RepairResult>;

/** Paths of the findings, each once. */
export const pathsOf = (findings: readonly DoctorFinding[]): string[] => [
  ...new Set(findings.flatMap(({ paths = [] }) => paths)),
];

/** How a file would change, secrets masked: its path, then lines with `-` and `+`. */
export async function diffOf({ asked }: Subject, path: string, after: string): Promise<string[]> {
  const before = (await asked.host.files.read(path).catch(() => undefined)) ?? '';
  const lines = lineDiff(before, after);
  return lines.length === 0 ? [] : [`# ${path}`, ...lines.map((line) => redact(line, asked.secrets))];
}

/**
 * Keeps what a file of a service manager is now, in Polygate's own folder: beside the file itself a manager might read it, and
 * an uninstall would leave it.
 */
export async function backUp({ context, service }: Subject, file: string): Promise<string[]> {
  const { host } = context;
  const folder = host.paths.join(service?.manager.folder?.state ?? (await context.world()).folders.state, 'backups');
  await host.files.makeDir(folder, 0o700);
  const kept = await keepBackup(host.files, file, host.paths.join(folder, host.paths.basename(file)));
  return kept === undefined ? [] : [kept];
}
