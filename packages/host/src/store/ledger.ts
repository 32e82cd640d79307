import { isProblem, type Ledger, type Problem, sameProfile } from '@polygate/core';
import type { Folders, Host } from '../ports.ts';
import { type JsonFileKind, jsonText, readJsonFile } from './json-file.ts';

export type LedgerEntry = Ledger['instances'][number];

const KIND: JsonFileKind = {
  what: 'the ledger',
  version: 1,
  validator: async () => (await import('@polygate/core/records')).validateLedger,
};
export const EMPTY_LEDGER: Ledger = { version: 1, instances: [] };

/** The file of the ledger as it was found. */
export type LedgerFile =
  | { state: 'read'; ledger: Ledger }
  | { state: 'missing' }
  /** damaged: its content is no ledger · unreadable: it could not even be read */
  | { state: 'damaged' | 'unreadable'; problem: Problem };

export function ledgerPath({ paths }: Pick<Host, 'paths'>, folders: Folders): string {
  return paths.join(folders.data, 'ledger.json');
}

/** Reads the record of instances and their ports. @throws Problem FILE_FROM_FUTURE: what a newer Polygate wrote is left alone. */
export async function readLedger(host: Pick<Host, 'files' | 'paths'>, folders: Folders): Promise<LedgerFile> {
  try {
    const ledger = await readJsonFile<Ledger>(host.files, ledgerPath(host, folders), KIND);
    return ledger ? { state: 'read', ledger } : { state: 'missing' };
  } catch (problem) {
    if (isProblem(problem, 'FILE_CORRUPT')) return { state: 'damaged', problem };
    if (isProblem(problem, 'FILE_DENIED', 'FILE_FAILED')) return { state: 'unreadable', problem };
    throw problem;
  }
}

/** Writes the ledger whole. Only under its lock. */
export function writeLedger(host: Pick<Host, 'files' | 'paths'>, folders: Folders, ledger: Ledger): Promise<void> {
  return host.files.write(ledgerPath(host, folders), jsonText(ledger), 0o600);
}

/** The entry of an instance: product and canonical state directory are its key. */
export function findEntry(ledger: Ledger, product: string, stateDir: string): LedgerEntry | undefined {
  return ledger.instances.find((e) => e.product === product && e.stateDir === stateDir);
}

/** The ledger with this entry in it, in place of the one with the same key. */
export function withEntry(ledger: Ledger, entry: LedgerEntry): Ledger {
  const others = ledger.instances.filter((e) => !(e.product === entry.product && e.stateDir === entry.stateDir));
  return { ...ledger, instances: [...others, entry] };
}

/** Entries that share this state directory or name without being this instance. */
export function rivals(ledger: Ledger, entry: Pick<LedgerEntry, 'product' | 'profile' | 'stateDir'>): LedgerEntry[] {
  return ledger.instances.filter((e) => {
    const sameKey = e.product === entry.product && e.stateDir === entry.stateDir;
    const sameName = e.product === entry.product && sameProfile(e.profile, entry.profile);
    return !sameKey && (e.stateDir === entry.stateDir || sameName);
  });
}
