import { canonical, forProfile } from '@polygate/core';
import type { PlaceFact, PlaceUse } from '@polygate/core/isolation';
import { SERVICE_ENV_FILE } from '@polygate/core/service';
import { lockFiles } from '../instances/gateway-lock.ts';
import type { OpenInstance, World } from '../instances/open.ts';

type Named = Pick<PlaceFact, 'use' | 'path' | 'usual'>;

/** The paths of an instance as they are on the disk. What lies in its directories is told only when it is there. */
export async function placesOf(
  { host, home }: World,
  { instance, config }: OpenInstance,
  tokenFiles: readonly string[],
): Promise<PlaceFact[]> {
  const { paths } = host;
  const { pack, profile } = instance;
  const stateDir = instance.stateDir.value;
  const usual = canonical({ pack, paths, home }, profile.value);
  const own: Named[] = [
    { use: 'state directory', path: stateDir, usual: stateDir === usual.stateDir },
    { use: 'config', path: config.path, usual: config.path === usual.configPath },
    {
      use: 'workspace',
      path: instance.workspace.value,
      usual: instance.workspace.value === paths.join(home, forProfile(pack.workspace, profile.value)),
    },
  ];
  const inside = (use: PlaceUse, path: string): Named => ({ use, path, usual: true });
  const lying: Named[] = [
    inside('logs', paths.join(stateDir, 'logs')),
    inside('env file', paths.join(stateDir, SERVICE_ENV_FILE)),
    ...lockFiles(paths, stateDir, config.path).map((path) => inside('lock', path)),
    // Where the gateways of the family keep them (read in those of February and September 2026).
    inside('device identity', paths.join(stateDir, 'identity', 'device.json')),
    inside('credentials', paths.join(stateDir, 'credentials')),
    ...tokenFiles.map((path) => inside('channel token file', path)),
  ];
  const [named, found] = await Promise.all([look(host, own), look(host, lying)]);
  return [...named, ...found.filter(({ node, mode }) => node !== undefined || mode !== undefined)];
}

function look(host: World['host'], places: readonly Named[]): Promise<PlaceFact[]> {
  const { files, platform } = host;
  return Promise.all(
    places.map(async (place): Promise<PlaceFact> => {
      // What may not be looked at is known by its name alone.
      const [real, found] = await Promise.all([files.canonical(place.path), files.stat(place.path).catch(() => undefined)]);
      if (!found) return { ...place, canonical: real };
      const { node, mode, uid } = found;
      return {
        ...place,
        canonical: real,
        ...(node === undefined ? {} : { node }),
        ...(platform === 'win32' ? {} : { mode, uid }),
      };
    }),
  );
}
