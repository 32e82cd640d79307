import { deriveFootprint, instancePorts, type PortSuggestionDocument, SCHEMA_VERSION } from '@polygate/core';
import { packOf } from '@polygate/host';
import { otherOccupants } from '@polygate/host/instances';
import type { Handler } from '../../command.ts';
import { firstBase, portWorld, proposeFree } from '../../jobs/ports/suggest.ts';

export const run: Handler = async (context) => {
  const { host } = context;
  const world = await context.world();
  const pack = packOf(world, context.selection.product);
  const occupants = await otherOccupants(world);
  const base = await proposeFree(host, pack, await portWorld(host, occupants), firstBase(host, pack));
  return {
    json: {
      ok: true,
      schemaVersion: SCHEMA_VERSION,
      product: pack.id,
      port: base,
      ports: instancePorts(deriveFootprint(pack, base)),
    } satisfies PortSuggestionDocument,
    // Alone on its line: port=$(… ports suggest)
    text: String(base),
  };
};
