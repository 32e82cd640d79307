import { isProblem, type Problem, type SystemdFacts, type UnitProperties } from '@polygate/core';
import { keysOf, parseUnit } from '@polygate/core/service';
import type { Files, Host } from '../../ports.ts';
import type { Override } from '../manager.ts';

/** More than anybody keeps. */
const MOST_DROP_INS = 64;

/** Files with which somebody changed a unit without touching it (systemd.unit(5)): `NAME.service.d/*.conf`, in their order. */
export async function dropInsOf(files: Files, paths: Host['paths'], unitPath: string): Promise<Override[]> {
  const directory = `${unitPath}.d`;
  const names = (await files.list(directory)).filter((name) => name.endsWith('.conf')).sort();
  const found = await Promise.all(
    names.slice(0, MOST_DROP_INS).map(async (name) => {
      const path = paths.join(directory, name);
      // One that may not be read changes the unit all the same: it is shown by its name.
      return { path, keys: keysOf(parseUnit((await files.read(path).catch(() => undefined)) ?? '')) };
    }),
  );
  return found;
}

/** A unit file as it lies there: its text, or why what is there cannot be read. */
export interface UnitOnDisk {
  text: string | undefined;
  unreadable?: Problem;
}

/** Reads a unit file. One that cannot be read is told apart from one that is not there: it is that instance's trouble alone. */
export async function readUnitFile(files: Files, path: string): Promise<UnitOnDisk> {
  try {
    return { text: await unitTextOf(files, path) };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { text: undefined, unreadable: error };
  }
}

/** The text of a unit file. A masked unit is a link to /dev/null (systemctl(1), mask): it has none. */
async function unitTextOf(files: Files, path: string): Promise<string | undefined> {
  return (await files.stat(path))?.kind === 'other' ? undefined : files.read(path);
}

/** What the manager says of a unit that a plan needs. */
export function seenBy(properties: UnitProperties): Omit<SystemdFacts, 'unitText'> & { broken: boolean } {
  const { ActiveState = '', UnitFileState, LoadState, NeedDaemonReload } = properties;
  return {
    enabled: UnitFileState === 'enabled',
    active: ['active', 'activating', 'reloading', 'deactivating'].includes(ActiveState),
    masked: LoadState === 'masked' || UnitFileState === 'masked',
    ...(UnitFileState === 'masked-runtime' ? { maskedForNow: true } : {}),
    // An older text that it could not read says nothing about the one that is there now.
    broken: (LoadState === 'bad-setting' || LoadState === 'error') && NeedDaemonReload !== 'yes',
    needsReload: NeedDaemonReload === 'yes',
  };
}

/**
 * A drop-in that the manager has not read. It says so of a file that changed (NeedDaemonReload), and not of the first one that
 * is put beside a unit (252). One that sets nothing is not in its list, and a name with anything odd is not as on disk there.
 */
export function hasUnread(overrides: readonly Override[], { DropInPaths = '' }: UnitProperties): boolean {
  const read = DropInPaths.split(' ').map((path) => path.split('/').at(-1));
  return overrides.some(({ path, keys }) => {
    const name = path.split('/').at(-1) ?? '';
    return keys.length > 0 && /^[\w.-]+$/.test(name) && !read.includes(name);
  });
}
