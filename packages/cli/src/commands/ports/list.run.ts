import { type PortsDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { portsRow } from '../../jobs/ports/document.ts';
import { drawMap } from '../../jobs/ports/map.ts';
import { findingsText, portTable } from '../../output/ports.ts';

export const run: Handler = async (context) => {
  const { ephemeral, instances, findings } = await drawMap(context);
  const rows = instances.map(portsRow);
  return {
    json: { ok: true, schemaVersion: SCHEMA_VERSION, ephemeral, instances: rows, findings } satisfies PortsDocument,
    text: [
      portTable(rows),
      `Ports for outgoing connections, to be left alone: ${ephemeral.first}-${ephemeral.last}`,
      ...findingsText(findings),
    ].join('\n'),
  };
};
