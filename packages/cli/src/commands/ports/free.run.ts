import { describeHolders, type PortsFreedDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { freeInstance, freePort } from '../../jobs/ports/free.ts';

export const run: Handler = async (context, _, [what = '']) => {
  const { freed, listeners } = await (/^\d+$/.test(what) ? freePort(context, what) : freeInstance(context, what));
  const said = listeners?.map((l) => `${describeHolders([l])} listens on ${l.address}:${l.port}, whatever is leased.`) ?? [];
  return {
    json: { ok: true, schemaVersion: SCHEMA_VERSION, freed, listeners } satisfies PortsFreedDocument,
    text: [freed.length > 0 ? freed.map((f) => `Freed ${f.port}: ${f.use} of ${f.owner}`) : 'Nothing is leased there.', said]
      .flat()
      .join('\n'),
  };
};
