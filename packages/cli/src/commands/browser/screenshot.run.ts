import { type BrowserPictureDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { browserControl } from '../../jobs/browser/control.ts';
import { copyPicture } from '../../jobs/browser/copy-picture.ts';

type Told = Omit<BrowserPictureDocument, 'ok' | 'schemaVersion'>;

export const run: Handler = async (context, { out, fullPage, ...options }, [targetId]) => {
  const ask = await browserControl(context, await context.open({ live: true }), options);
  const type = typeof out === 'string' && /\.jpe?g$/i.test(out) ? 'jpeg' : 'png';
  const asked = { type, ...(fullPage === true ? { fullPage } : {}), ...(targetId === undefined ? {} : { targetId }) };
  const { path, ...picture } = await ask<Told>('POST', '/screenshot', asked);
  const file = typeof out === 'string' ? await copyPicture(context.host, path, out) : path;
  const json: BrowserPictureDocument = { ...picture, ok: true, schemaVersion: SCHEMA_VERSION, path: file };
  return { json, text: `A picture of ${picture.url} is in ${file}.` };
};
