import type { AdoptionRecord, ManagerId } from '@polygate/core';
import { validateAdoptionRecord } from '@polygate/core/service';
import type { Folders, Host } from '../ports.ts';
import { type JsonFileKind, readJsonFile } from './json-file.ts';

const KIND: JsonFileKind = { what: 'the record of an adoption', version: 1, validator: () => validateAdoptionRecord };

/** Where it is kept what an adoption replaced. */
export function adoptionPath(
  { paths }: Pick<Host, 'paths'>,
  folders: Pick<Folders, 'state'>,
  manager: ManagerId,
  name: string,
): string {
  return paths.join(folders.state, 'adopted', `${manager}-${name}.json`);
}

export function readAdoption({ files }: Pick<Host, 'files'>, file: string): Promise<AdoptionRecord | undefined> {
  return readJsonFile<AdoptionRecord>(files, file, KIND);
}
