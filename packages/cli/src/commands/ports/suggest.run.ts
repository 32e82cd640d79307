import { deriveFootprint } from '@polygate/core';
import { otherOccupants, packOf } from '@polygate/host';
import type { Handler } from '../../command.ts';
import { SCHEMA_VERSION } from '../../jobs/describe.ts';
import { firstBase, portWorld, proposeFree } from '../../jobs/ports/suggest.ts';

export const run: Handler = async (context) => {
  const { host } = context;
  const world = await context.world();
  const pack = packOf(world, context.selection.product);
  const occupants = await otherOccupants(world);
  const base = await proposeFree(host, pack, await portWorld(host, occupants), firstBase(host, pack));
  const { gateway, browserControl, canvas, cdp } = deriveFootprint(pack, base);
  return {
    json: {
      ok: true,
      schemaVersion: SCHEMA_VERSION,
      product: pack.id,
      port: base,
      ports: { gateway, browserControl, canvas, cdp },
    },
    // Alone on its line: port=$(… ports suggest)
    text: String(base),
  };
};
