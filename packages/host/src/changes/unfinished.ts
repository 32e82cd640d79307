import { Problem } from '@polygate/core';
import type { ProfileChange } from '@polygate/core/profiles';
import type { Folders, Host } from '../ports.ts';
import { type JsonFileKind, readJsonFile } from '../store/json-file.ts';

const KIND: JsonFileKind = { what: 'the record of an unfinished change', version: 1, validator: () => isChange };

/** Where a change of a profile is written down while it goes on. It may hold the config of a profile, and is private as that is. */
export function changePath({ paths }: Pick<Host, 'paths'>, folders: Folders): string {
  return paths.join(folders.data, 'unfinished-change.json');
}

/** The change that goes on now or was interrupted. @throws Problem FILE_CORRUPT */
export function readUnfinished(host: Pick<Host, 'files' | 'paths'>, folders: Folders): Promise<ProfileChange | undefined> {
  return readJsonFile<ProfileChange>(host.files, changePath(host, folders), KIND);
}

/** Half of an instance may be in one place and half in another. @throws Problem CHANGE_UNFINISHED if it is one of those */
export function refuseUnfinished(change: ProfileChange | undefined, id: string): void {
  if (!change?.concerns.some((each) => each.toLowerCase() === id.toLowerCase())) return;
  throw new Problem('CHANGE_UNFINISHED', { change: change.title, command: change.command });
}

function isChange(value: unknown): boolean {
  const { version, title, command, concerns, steps, after, ledger } = (value ?? {}) as Partial<ProfileChange>;
  const lists = [concerns, steps, after].every(Array.isArray);
  return version === 1 && lists && typeof title === 'string' && typeof command === 'string' && typeof ledger === 'object';
}
