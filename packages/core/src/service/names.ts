import { Problem } from '../errors/problem.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { forProfile } from '../product/pack.ts';
import { DEFAULT_PROFILE, type ProfileName } from '../profile/name.ts';

/** Service managers by manager and scope. `builtin` is Polygate's own supervisor. */
export const MANAGER_IDS = [
  'systemd-user',
  'systemd-system',
  'launchd-agent',
  'launchd-daemon',
  'task-scheduler',
  'startup-folder',
  'winsw',
  'builtin',
] as const;
export type ManagerId = (typeof MANAGER_IDS)[number];

/** Managers of a platform that has any: that of an account, and that of the whole system. */
export const PLATFORM_MANAGERS: Readonly<Partial<Record<string, { account: ManagerId; system: ManagerId }>>> = {
  linux: { account: 'systemd-user', system: 'systemd-system' },
  darwin: { account: 'launchd-agent', system: 'launchd-daemon' },
  win32: { account: 'task-scheduler', system: 'winsw' },
};

/** Its services are those of the whole machine, which an administrator alone may change. */
export const isSystemManager = (id: ManagerId): boolean =>
  Object.values(PLATFORM_MANAGERS).some((managers) => managers?.system === id);

/** The name that a manager knows the service of a profile by (a unit without its suffix, a label, a task name). */
export function serviceName(pack: ProductPack, profile: ProfileName, manager: ManagerId): string {
  const { systemd, launchd, windows } = pack.service;
  switch (manager) {
    case 'systemd-user':
    case 'systemd-system':
    case 'builtin':
      return forProfile(systemd, profile);
    case 'launchd-agent':
    case 'launchd-daemon':
      return forProfile(launchd, profile);
    case 'task-scheduler':
    case 'startup-folder':
    case 'winsw':
      return forProfile(windows, profile);
  }
}

/** Names of earlier generations of the product under which a manager may still have the service of a profile: the default one's alone. */
export function legacyServiceNames(pack: ProductPack, profile: ProfileName, manager: ManagerId): readonly string[] {
  if (profile !== DEFAULT_PROFILE) return [];
  const { systemd, launchd } = pack.service;
  if (manager === 'launchd-agent' || manager === 'launchd-daemon') return launchd.legacy ?? [];
  return manager === 'systemd-user' || manager === 'systemd-system' ? (systemd.legacy ?? []) : [];
}

/** @throws Problem PROFILE_NAME_RESERVED where the label of this profile is one that the product itself uses. */
export function refuseReservedName(pack: ProductPack, profile: ProfileName, manager: ManagerId): void {
  if (manager !== 'launchd-agent' && manager !== 'launchd-daemon') return;
  if (pack.service.launchd.reserved?.includes(profile.toLowerCase())) {
    throw new Problem('PROFILE_NAME_RESERVED', { name: profile, label: forProfile(pack.service.launchd, profile) });
  }
}
