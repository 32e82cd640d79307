import type { InstanceSettings } from '@polygate/core';
import type { Files, Folders, Host } from '../ports.ts';
import { type JsonFileKind, jsonText, readJsonFile } from './json-file.ts';

const KIND: JsonFileKind = {
  what: 'the settings file',
  version: 1,
  validator: async () => (await import('@polygate/core/records')).validateSettingsOutline,
};

/** The folder with the settings of all instances, a folder for each product. */
export const instanceSettingsFolder = ({ paths }: Pick<Host, 'paths'>, folders: Folders): string =>
  paths.join(folders.config, 'instances');

/** Where Polygate keeps what it must know of an instance and the gateway's own config has no place for. */
export function settingsPath({ paths }: Pick<Host, 'paths'>, folders: Folders, product: string, profile: string): string {
  // Names are compared without case, and so must the file be found.
  return paths.join(instanceSettingsFolder({ paths }, folders), product, `${profile.toLowerCase()}.json`);
}

export function readSettings(files: Files, file: string): Promise<InstanceSettings | undefined> {
  return readJsonFile<InstanceSettings>(files, file, KIND);
}

export async function writeSettings(
  host: Pick<Host, 'files' | 'paths'>,
  file: string,
  settings: InstanceSettings,
): Promise<void> {
  await host.files.makeDir(host.paths.dirname(file), 0o700);
  await host.files.write(file, jsonText(settings), 0o600);
}
