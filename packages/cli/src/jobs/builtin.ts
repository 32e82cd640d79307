import { builtInPacks, type ProductPack, type ServiceDefinition } from '@polygate/core';
import { recogniseService } from '@polygate/core/service';
import {
  accountHome,
  builtinPlace,
  definitionPlaces,
  type Host,
  polygateFolders,
  type ServiceManager,
  type World,
} from '@polygate/host';
import { builtinNames, inspectBuiltin } from '@polygate/host/managers';
import { applySteps } from '@polygate/host/steps';
import { type Boot, builtinManager, lookAtBoot } from '@polygate/supervisor/builtin';
import type { Context } from '../context.ts';
import { launchOf } from './launch.ts';
import { lastReports } from './supervise/last-state.ts';

/** Polygate's own supervisor as the manager of this account's services. */
export function builtinFor(host: Host, { ownPacks }: Pick<World, 'ownPacks'>): ServiceManager {
  const { node, entry } = launchOf({ host, version: '' });
  const packs = [...ownPacks, ...builtInPacks];
  return builtinManager(host, {
    folders: polygateFolders(host),
    definitions: {
      names: () => builtinNames(host),
      inspect: (name) => inspectBuiltin(host, name),
      pathOf: builtinPlace(host).pathOf,
      elsewhere: (name) => definitionPlaces(host, accountHome(host)).map(({ pathOf }) => pathOf(name)),
    },
    apply: (steps, options) => applySteps(host, steps, options),
    polygate: [node, entry],
    idOf: (name, definition) => idOf(packs, name, definition),
    saved: () => lastReports({ host, warn: () => undefined }),
  });
}

/** What has cron start them with the machine, and how many there are. */
export async function bootOf({ host }: Pick<Context, 'host'>): Promise<Boot & { services: number }> {
  const { node, entry } = launchOf({ host, version: '' });
  const [boot, names] = await Promise.all([lookAtBoot(host, polygateFolders(host), [node, entry]), builtinNames(host)]);
  return { ...boot, services: names.length };
}

/** Ids of the instances that are installed under it. */
export async function installedIds(context: Context): Promise<string[]> {
  const packs = [...(await context.world()).ownPacks, ...builtInPacks];
  const ids = (await builtinNames(context.host)).map(async (name) => {
    const { definition } = await inspectBuiltin(context.host, name);
    return definition && idOf(packs, name, definition);
  });
  return (await Promise.all(ids)).filter((id) => id !== undefined);
}

function idOf(packs: readonly ProductPack[], name: string, definition: ServiceDefinition): string | undefined {
  const found = recogniseService(packs, name, definition);
  return found?.pack && found.profile !== undefined ? `${found.pack.id}/${found.profile}` : undefined;
}
