import type { ManagerId } from '@polygate/core';
import type { Host } from '../ports.ts';

export const SYSTEM_UNIT_DIR = '/etc/systemd/system';

/** Units are looked up by the manager, whose environment hardly ever has XDG_CONFIG_HOME: only this place is sure. */
export function userUnitDir(paths: Host['paths'], home: string): string {
  return paths.join(home, '.config', 'systemd', 'user');
}

/** A manager of this platform, and where it keeps the definition of a service: known without asking anything. */
export interface DefinitionPlace {
  manager: ManagerId;
  pathOf(name: string): string;
}

/** The default manager first; none where this platform has no manager. `home` is that of the account. */
export function definitionPlaces({ platform, paths }: Pick<Host, 'platform' | 'paths'>, home: string): DefinitionPlace[] {
  if (platform !== 'linux') return [];
  return [
    { manager: 'systemd-user', pathOf: (name) => paths.join(userUnitDir(paths, home), `${name}.service`) },
    { manager: 'systemd-system', pathOf: (name) => paths.join(SYSTEM_UNIT_DIR, `${name}.service`) },
  ];
}
