import { absolute, builtInPacks, canonical, isProfileName, type ProductPack, parseProfileName, profileIn } from '@polygate/core';
import { instancesOf, type Trace, type Traced, traceService } from '@polygate/core/found';
import { builtinPlace, definitionPlaces } from '../managers/places.ts';
import type { Host } from '../ports.ts';
import { accountHome } from '../store/home.ts';
import { readSettings } from '../store/settings.ts';
import type { World } from './open.ts';

/**
 * The instances that are on disk, without the ledger: state directories with a config below the home directory, settings
 * that Polygate wrote, and service definitions. What cannot be read is left out.
 */
export async function scanDisk(world: World): Promise<Traced[]> {
  const traces = await Promise.all([fromDefinitions(world), fromSettings(world), fromHome(world)]);
  return instancesOf(traces.flat());
}

const packsOf = ({ ownPacks }: World): ProductPack[] => [...ownPacks, ...builtInPacks];

async function fromHome(world: World): Promise<Trace[]> {
  const { host, home } = world;
  const names = (await host.files.list(home)).filter((name) => name.startsWith('.'));
  const candidates = packsOf(world).flatMap((pack) =>
    names.flatMap((name) => {
      const profile = profileIn(pack.stateDir, name);
      return profile === undefined ? [] : [{ by: 'disk' as const, pack, profile, stateDir: host.paths.join(home, name) }];
    }),
  );
  return traced(world, candidates);
}

async function fromSettings(world: World): Promise<Trace[]> {
  const { host, folders } = world;
  const places = packsOf(world).map((pack) => ({ pack, folder: host.paths.join(folders.config, 'instances', pack.id) }));
  const found = await Promise.all(
    places.map(async ({ pack, folder }) => {
      const names = (await host.files.list(folder)).filter((name) => name.endsWith('.json'));
      return Promise.all(
        names.map(async (name) => {
          const settings = await readSettings(host.files, host.paths.join(folder, name)).catch(() => undefined);
          const { stateDir, configPath } = settings ?? {};
          return { by: 'settings' as const, pack, profile: name.slice(0, -'.json'.length), stateDir, configPath };
        }),
      );
    }),
  );
  return traced(world, found.flat());
}

async function fromDefinitions(world: World): Promise<Trace[]> {
  const { host } = world;
  if (!(await areDefinitionsThere(host))) return [];
  const { definitionsOf } = await import('./definitions.ts');
  const polygateHome = host.env.POLYGATE_HOME?.trim() || undefined;
  const found = (await definitionsOf(host)).flatMap(({ name, definition }) => {
    const trace = traceService(packsOf(world), name, definition, polygateHome);
    return trace ? [{ by: 'definition' as const, ...trace }] : [];
  });
  return traced(world, found);
}

/** Most homes have no definition: what reads them, the managers with it, is loaded where one lies. */
async function areDefinitionsThere(host: Host): Promise<boolean> {
  const places = [...definitionPlaces(host, accountHome(host)).slice(0, 1), builtinPlace(host)];
  const names = await Promise.all(places.map(({ pathOf }) => host.files.list(host.paths.dirname(pathOf('any')))));
  return names.flat().length > 0;
}

interface Candidate {
  by: Trace['by'];
  pack: ProductPack;
  profile: string;
  stateDir?: string | undefined;
  configPath?: string | undefined;
}

/** Candidates whose config exists, with canonical paths. */
async function traced(world: World, candidates: readonly Candidate[]): Promise<Trace[]> {
  const { host, home } = world;
  const { files, paths } = host;
  const checked = await Promise.all(
    candidates.map(async ({ by, pack, profile, ...said }): Promise<Trace | undefined> => {
      if (!isProfileName(profile)) return undefined;
      const name = parseProfileName(profile);
      const usual = canonical({ pack, paths, home }, name);
      const stateDir = said.stateDir === undefined ? usual.stateDir : absolute(paths, home, home, said.stateDir);
      const inside = paths.join(stateDir, pack.configFile);
      const configPath = said.configPath === undefined ? inside : absolute(paths, home, home, said.configPath);
      const config = await files.stat(configPath).catch(() => undefined);
      if (config?.kind !== 'file') return undefined;
      const [realDir, realConfig] = await Promise.all([files.canonical(stateDir), files.canonical(configPath)]);
      return { by, product: pack.id, profile: name, stateDir: realDir, configPath: realConfig };
    }),
  );
  return checked.filter((trace) => trace !== undefined);
}
