import type { Host } from '@polygate/host';

/**
 * Who listens, for a look at many instances of which few run: which ports are in use is read once, and more is asked only of those.
 * What begins to listen meanwhile is not seen.
 */
export function atAGlance({ net, ...rest }: Host): Host {
  let inUse: Promise<ReadonlySet<number>> | undefined;
  const listeners: Host['net']['listeners'] = async (port, likely) => {
    inUse ??= net.listeningPorts();
    return (await inUse).has(port) ? net.listeners(port, likely) : [];
  };
  return { ...rest, net: { ...net, listeners } };
}
