import { deriveFootprint, fixedPorts, type Occupant, type ProductPack, parseBasePort } from '@polygate/core';
import { type PortWorld, proposeBase } from '@polygate/core/ports';
import type { Host } from '@polygate/host';

/** What the planner must know of this host now. */
export async function portWorld({ net }: Host, occupants: readonly Occupant[]): Promise<PortWorld> {
  const [listening, ephemeral] = await Promise.all([net.listeningPorts(), net.ephemeralRange()]);
  return { occupants, listening, ephemeral };
}

/** Proposes bases until the system lets the fixed ports of one be bound: some are kept back without a listener to be seen. */
export async function proposeFree({ net }: Host, pack: ProductPack, world: PortWorld, first: number): Promise<number> {
  const refused = new Set(world.listening);
  for (;;) {
    const base = proposeBase(pack, { ...world, listening: refused }, first);
    const fixed = fixedPorts(deriveFootprint(pack, base)).map(({ port }) => port);
    const free = await Promise.all(fixed.map((port) => net.isFree(port)));
    if (free.every(Boolean)) return base;
    for (const [i, port] of fixed.entries()) if (!free[i]) refused.add(port);
  }
}

/** Where the search for a base begins: POLYGATE_FIRST_PORT, else the base of the product. */
export function firstBase({ env }: Pick<Host, 'env'>, pack: ProductPack): number {
  const said = env.POLYGATE_FIRST_PORT?.trim();
  return said ? parseBasePort(pack, said, 'POLYGATE_FIRST_PORT') : pack.ports.base;
}
