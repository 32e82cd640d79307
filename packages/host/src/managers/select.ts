import { type ManagerId, Problem } from '@polygate/core';
import type { Host } from '../ports.ts';
import type { ServiceManager } from './manager.ts';
import { systemdSystem } from './systemd-system.ts';
import { systemdUser } from './systemd-user.ts';

/** Managers of each platform, the first one is the default. */
const MANAGERS: Partial<Record<NodeJS.Platform, Partial<Record<ManagerId, (host: Host, home: string) => ServiceManager>>>> = {
  linux: { 'systemd-user': systemdUser, 'systemd-system': systemdSystem },
};

/** The manager to use on this host. @throws Problem MANAGER_MISSING or MANAGER_UNSUPPORTED */
export function selectManager(host: Host, home: string, wanted?: string): ServiceManager {
  const here = MANAGERS[host.platform] ?? {};
  const id = (wanted ?? Object.keys(here)[0]) as ManagerId | undefined;
  if (id === undefined) throw new Problem('MANAGER_MISSING', { platform: host.platform });
  const make = here[id];
  if (!make) throw new Problem('MANAGER_UNSUPPORTED', { manager: id, platform: host.platform });
  return make(host, home);
}
