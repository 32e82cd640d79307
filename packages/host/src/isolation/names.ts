import { builtInPacks, isProfileName, profileIn, sameProfile } from '@polygate/core';
import { type FoundInstance, listInstances } from '../instances/list.ts';
import type { World } from '../instances/open.ts';

/**
 * Every name that an instance of this account goes by: what listInstances tells, and the usual directories that lead to the
 * same place as another one (a symlink, a product that shares the directory). Those are what an audit looks for.
 */
export async function namedInstances(world: World): Promise<FoundInstance[]> {
  const listed = await listInstances(world);
  const { host, home, ownPacks } = world;
  const { files, paths } = host;
  const names = (await files.list(home)).filter((name) => name.startsWith('.'));
  const candidates = [...ownPacks, ...builtInPacks].flatMap((pack) =>
    names.flatMap((name) => {
      const profile = profileIn(pack.stateDir, name);
      const isNew = !listed.some((f) => f.product === pack.id && sameProfile(f.profile, profile ?? ''));
      return profile !== undefined && isProfileName(profile) && isNew
        ? [{ pack, profile, stateDir: paths.join(home, name) }]
        : [];
    }),
  );
  const aliases = await Promise.all(
    candidates.map(async ({ pack, profile, stateDir }): Promise<FoundInstance | undefined> => {
      const configPath = paths.join(stateDir, pack.configFile);
      const config = await files.stat(configPath).catch(() => undefined);
      if (config?.kind !== 'file') return undefined;
      // Canonical, as those that are listed: so it is opened by its name, under its usual path.
      const [real, realConfig] = await Promise.all([files.canonical(stateDir), files.canonical(configPath)]);
      return { product: pack.id, profile, stateDir: real, configPath: realConfig, found: ['disk'] };
    }),
  );
  return [...listed, ...aliases.filter((alias) => alias !== undefined)];
}
