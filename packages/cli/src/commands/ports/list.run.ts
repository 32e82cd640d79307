import type { Handler } from '../../command.ts';
import { SCHEMA_VERSION } from '../../jobs/describe.ts';
import { portsDocument } from '../../jobs/ports/document.ts';
import { drawMap } from '../../jobs/ports/map.ts';
import { findingsText, portTable } from '../../output/ports.ts';

export const run: Handler = async (context) => {
  const { ephemeral, instances, findings } = await drawMap(context);
  const rows = instances.map(portsDocument);
  return {
    json: { ok: true, schemaVersion: SCHEMA_VERSION, ephemeral, instances: rows, findings },
    text: [
      portTable(rows),
      `Ports for outgoing connections, to be left alone: ${ephemeral.first}-${ephemeral.last}`,
      ...findingsText(findings),
    ].join('\n'),
  };
};
