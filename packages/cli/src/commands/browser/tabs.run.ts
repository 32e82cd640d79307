import { type BrowserTabsDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { browserControl } from '../../jobs/browser/control.ts';
import { table } from '../../output/table.ts';

type Told = Omit<BrowserTabsDocument, 'ok' | 'schemaVersion'>;

export const run: Handler = async (context, options) => {
  const ask = await browserControl(context, await context.open({ live: true }), options);
  const { profile, running, tabs } = await ask<Told>('GET', '/tabs');
  const json: BrowserTabsDocument = { ok: true, schemaVersion: SCHEMA_VERSION, profile, running, tabs };
  if (!running) return { json, text: `The browser of profile ${profile} is not running.` };
  return {
    json,
    text: table(
      ['TAB', 'TITLE', 'URL'],
      tabs.map(({ targetId, title, url }) => [targetId, title, url]),
    ),
  };
};
