import { type BrowserTabDocument, SCHEMA_VERSION } from '@polygate/core';
import { checkPageUrl } from '@polygate/core/browser';
import type { Handler } from '../../command.ts';
import { browserControl } from '../../jobs/browser/control.ts';

type Told = Omit<BrowserTabDocument, 'ok' | 'schemaVersion'>;

export const run: Handler = async (context, options, [given = '']) => {
  const url = checkPageUrl(given);
  const ask = await browserControl(context, await context.open({ live: true }), options);
  const tab = await ask<Told>('POST', '/tabs/open', { url });
  const json: BrowserTabDocument = { ok: true, schemaVersion: SCHEMA_VERSION, ...tab };
  const title = tab.title === '' ? '' : ` (${tab.title})`;
  return { json, text: `Opened ${tab.url}${title}${tab.loaded ? '' : ', which is still loading'}, tab ${tab.targetId}.` };
};
