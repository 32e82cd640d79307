import type { ManagerId } from '@polygate/core';
import type { Host } from '../ports.ts';
import { polygateFolders } from '../store/folders.ts';
import { logonDir, WINSW_DIR } from './windows/places.ts';

export const SYSTEM_UNIT_DIR = '/etc/systemd/system';

/** Units are looked up by the manager, whose environment hardly ever has XDG_CONFIG_HOME: only this place is sure. */
export function userUnitDir(paths: Host['paths'], home: string): string {
  return paths.join(home, '.config', 'systemd', 'user');
}

/** Jobs of the whole Mac. */
export const DAEMON_DIR = '/Library/LaunchDaemons';

/** Jobs of one account, which launchd looks for at each of its logins. */
export const agentDir = (paths: Host['paths'], home: string): string => paths.join(home, 'Library', 'LaunchAgents');

/** Where definitions lie for Polygate's own supervisor: `<config folder>/services/NAME.json`. */
export function builtinDir(host: Pick<Host, 'env' | 'paths' | 'users' | 'elsewhere'>): string {
  return host.paths.join(polygateFolders(host).config, 'services');
}

/** A manager of this platform, and where it keeps the definition of a service: known without asking anything. */
export interface DefinitionPlace {
  manager: ManagerId;
  pathOf(name: string): string;
}

/** The default manager first; none where this platform has no manager, but for Polygate's own. `home` is that of the account. */
export function definitionPlaces({ platform, paths }: Pick<Host, 'platform' | 'paths'>, home: string): DefinitionPlace[] {
  return PLACES[platform]?.(paths, home) ?? [];
}

/** Of each platform that has managers: its own, in the order of core's PLATFORM_MANAGERS. */
const PLACES: Partial<Record<NodeJS.Platform, (paths: Host['paths'], home: string) => DefinitionPlace[]>> = {
  linux: (paths, home) => [
    { manager: 'systemd-user', pathOf: (name) => paths.join(userUnitDir(paths, home), `${name}.service`) },
    { manager: 'systemd-system', pathOf: (name) => paths.join(SYSTEM_UNIT_DIR, `${name}.service`) },
  ],
  darwin: (paths, home) => [
    { manager: 'launchd-agent', pathOf: (name) => paths.join(agentDir(paths, home), `${name}.plist`) },
    { manager: 'launchd-daemon', pathOf: (name) => paths.join(DAEMON_DIR, `${name}.plist`) },
  ],
  win32: (paths, home) => [
    { manager: 'task-scheduler', pathOf: (name) => paths.join(logonDir({ paths }, home), `${name}.cmd`) },
    { manager: 'winsw', pathOf: (name) => paths.join(WINSW_DIR, `${name}.xml`) },
  ],
};

/** The place of Polygate's own supervisor, which is there on every platform. */
export const builtinPlace = (host: Pick<Host, 'env' | 'paths' | 'users' | 'elsewhere'>): DefinitionPlace => ({
  manager: 'builtin',
  pathOf: (name) => host.paths.join(builtinDir(host), `${name}.json`),
});
