import { type ManagerId, Problem } from '@polygate/core';
import type { Host } from '../ports.ts';
import type { ServiceManager } from './manager.ts';

/** Makes a manager; what it needs is loaded then. */
type Load = () => Promise<(host: Host, home: string) => ServiceManager>;

/** Managers of each platform, the first one is the default. */
const MANAGERS: Partial<Record<NodeJS.Platform, Partial<Record<ManagerId, Load>>>> = {
  linux: {
    'systemd-user': async () => (await import('./systemd-user.ts')).systemdUser,
    'systemd-system': async () => (await import('./systemd-system.ts')).systemdSystem,
  },
  darwin: {
    'launchd-agent': async () => (await import('./launchd-agent.ts')).launchdAgent,
    'launchd-daemon': async () => (await import('./launchd-daemon.ts')).launchdDaemon,
  },
  win32: {
    'task-scheduler': async () => (await import('./task-scheduler.ts')).taskScheduler,
    'startup-folder': async () => (await import('./startup-folder.ts')).startupFolder,
    winsw: async () => (await import('./winsw.ts')).winsw,
  },
};

/** The manager to use on this host. @throws Problem MANAGER_MISSING or MANAGER_UNSUPPORTED */
export async function selectManager(host: Host, home: string, wanted?: string): Promise<ServiceManager> {
  const here = MANAGERS[host.platform] ?? {};
  const id = (wanted ?? Object.keys(here)[0]) as ManagerId | undefined;
  if (id === undefined) throw new Problem('MANAGER_MISSING', { platform: host.platform });
  const make = here[id];
  if (!make) throw new Problem('MANAGER_UNSUPPORTED', { manager: id, platform: host.platform });
  return (await make())(host, home);
}
