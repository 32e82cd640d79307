import {
  type BrowserProfileRow,
  type BrowserProfilesDocument,
  browserProfiles,
  describeHolders,
  ownBrowserProfile,
  SCHEMA_VERSION,
} from '@polygate/core';
import type { Handler } from '../../../command.ts';
import { describeInstance } from '../../../jobs/describe.ts';
import { shownListener } from '../../../jobs/ports/listeners.ts';
import { table } from '../../../output/table.ts';

export const run: Handler = async (context) => {
  const { instance, config } = await context.open({ live: false });
  const { cdpPorts, footprint, pack } = instance;
  const names = [...new Set([...Object.keys(browserProfiles(config.parsed)), ...Object.keys(cdpPorts)])];
  const own = ownBrowserProfile(pack);
  const rows = names.map((name): Omit<BrowserProfileRow, 'listeners'> => {
    const sourced = cdpPorts[name];
    return { name, port: sourced?.value ?? null, origin: sourced?.origin ?? null, source: sourced?.source ?? null };
  });
  // The program makes this one by itself.
  if (footprint.defaultCdp !== null && !names.includes(own)) {
    rows.unshift({ name: own, port: footprint.defaultCdp, origin: 'product', source: `base+${pack.ports.cdp.first}` });
  }
  const listeners = await context.host.net.listenersOn(new Set(rows.flatMap(({ port }) => port ?? [])));
  const profiles = rows.map((row) => ({
    ...row,
    listeners: listeners?.filter(({ port }) => port === row.port).map(shownListener) ?? null,
  }));
  const { first, last } = footprint.cdp;
  const cells = profiles.map(({ name, port, source, listeners: found }) => [
    name,
    String(port ?? '-'),
    source ?? 'elsewhere',
    found === null ? '?' : found.length > 0 ? describeHolders(found) : '-',
  ]);
  return {
    json: {
      ok: true,
      schemaVersion: SCHEMA_VERSION,
      instance: await describeInstance(context, instance),
      band: { first, last },
      profiles,
    } satisfies BrowserProfilesDocument,
    text: `${table(['BROWSER PROFILE', 'CDP PORT', 'SET BY', 'LISTENING'], cells)}\nCDP band of ${instance.id}: ${first}-${last}`,
  };
};
