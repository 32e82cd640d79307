import { builtInPacks } from '@polygate/core';
import { recogniseService } from '@polygate/core/service';
import { accountHome, type Host, type ServiceManager, type World } from '@polygate/host';
import { builtinManager } from '@polygate/supervisor/builtin';
import { launchOf } from './launch.ts';

/** Polygate's own supervisor as the manager of this account's services. */
export function builtinFor(host: Host, { ownPacks }: Pick<World, 'ownPacks'>): ServiceManager {
  const { node, entry } = launchOf({ host, version: '' });
  const packs = [...ownPacks, ...builtInPacks];
  return builtinManager(host, {
    home: accountHome(host),
    polygate: [node, entry],
    idOf: (name, definition) => {
      const found = recogniseService(packs, name, definition);
      return found?.pack && found.profile !== undefined ? `${found.pack.id}/${found.profile}` : undefined;
    },
    saved: async () => [],
  });
}
