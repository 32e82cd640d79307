import { type Ledger, sameProfile, validateLedger } from '@polygate/core';
import type { Folders, Host } from '../ports.ts';
import { type JsonFileKind, jsonText, readJsonFile } from './json-file.ts';

export type LedgerEntry = Ledger['instances'][number];
type LedgerHost = Pick<Host, 'files' | 'paths' | 'locks'>;

const KIND: JsonFileKind = { what: 'the ledger', version: 1, validate: validateLedger };
const EMPTY: Ledger = { version: 1, instances: [] };

export function ledgerPath({ paths }: Pick<Host, 'paths'>, folders: Folders): string {
  return paths.join(folders.data, 'ledger.json');
}

/** The record of instances and their ports, as it stands. */
export async function readLedger(host: LedgerHost, folders: Folders): Promise<Ledger> {
  return (await readJsonFile<Ledger>(host.files, ledgerPath(host, folders), KIND)) ?? EMPTY;
}

/**
 * Changes the ledger under its lock: read, change, write whole. Other commands wait, so that two of them never lease the
 * same port. `change` returns the new ledger and what the caller wants to know; the same ledger means no write.
 */
export function updateLedger<T>(
  host: LedgerHost,
  folders: Folders,
  change: (ledger: Ledger) => Promise<{ ledger: Ledger; result: T }>,
): Promise<T> {
  const file = ledgerPath(host, folders);
  return host.locks.hold(file, 'the ledger', async () => {
    const before = (await readJsonFile<Ledger>(host.files, file, KIND)) ?? EMPTY;
    const { ledger, result } = await change(before);
    if (ledger !== before) await host.files.write(file, jsonText(ledger), 0o600);
    return result;
  });
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
