import { type DevicesDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { askDevices } from '../../jobs/devices.ts';
import { table } from '../../output/table.ts';

export const run: Handler = async (context, options) => {
  const { pending, paired } = await askDevices(context, options);
  const json: DevicesDocument = { ok: true, schemaVersion: SCHEMA_VERSION, pending, paired };
  const waiting = pending.map((p) => [
    p.requestId,
    p.displayName ?? p.clientId,
    p.role,
    p.scopes.join(','),
    p.remoteIp ?? 'local',
  ]);
  const known = paired.map((d) => [d.deviceId.slice(0, 12), d.displayName ?? d.clientId, d.roles.join(','), d.scopes.join(',')]);
  const parts = [
    waiting.length > 0 ? `Waiting:\n${table(['REQUEST', 'DEVICE', 'ROLE', 'SCOPES', 'FROM'], waiting)}` : 'No device waits.',
    known.length > 0 ? `Paired:\n${table(['ID', 'DEVICE', 'ROLES', 'SCOPES'], known)}` : 'No device is paired.',
    ...(waiting.length > 0 ? [`Next: ${context.commandLine} devices approve ${pending[0]?.requestId}`] : []),
  ];
  return { json, text: parts.join('\n\n') };
};
