import type { OutgoingHttpHeaders } from 'node:http';
import type { ServedFile, ServedFiles } from '@polygate/host';
import { contentTypeOf } from '../http/content-type.ts';
import type { Exchange } from '../http/exchange.ts';
import { HttpError } from '../http/http-error.ts';
import { sendFile } from '../http/send-file.ts';
import { type Place, pathOf, placeOf } from './names.ts';
import { bridgeNames, canvasScript, withScript } from './snippet.ts';

/** How a request came to the canvas. */
export interface Way {
  /** The path below that of the canvas, as it was sent. */
  rest: string;
  /** '' or the path of the key by which it came. */
  keyed: string;
  /** On the port of the canvas alone, and not on the gateway's. */
  isBeside: boolean;
}

const INDEX = 'index.html';
/** A page that is larger is sent as it is. */
const MOST_PAGE_BYTES = 4_000_000;

/** Answers with a file of the canvas; with `index.html` for a directory. @throws HttpError NOT_FOUND, whatever the reason is */
export async function serveCanvas(exchange: Exchange, way: Way): Promise<void> {
  const { canvas, pack } = exchange.state.options;
  const place = placeOf(way.rest);
  const found = canvas && place ? await open(canvas.files, place) : undefined;
  if (!canvas || !place || found === undefined) throw new HttpError('NOT_FOUND', 'not found');
  const headers = headersOf(way);
  if (found === 'directory') {
    // What its page names lies below it, and not beside it.
    const slashed = `${way.keyed}${pack.paths.canvas}${pathOf(place.names)}/`;
    return exchange.send(302, 'text/plain; charset=utf-8', '', { ...headers, Location: slashed });
  }
  const type = contentTypeOf(place.isDirectory ? INDEX : (place.names.at(-1) ?? ''));
  const isPage = type.startsWith('text/html') && found.size <= MOST_PAGE_BYTES;
  const live = canvas.liveReload ? `${way.keyed}${pack.paths.canvasLive}` : undefined;
  const file = isPage ? await withLiveReload(found, canvasScript(bridgeNames(pack), live)) : found;
  await sendFile(exchange, file, { type, headers });
}

async function open(files: ServedFiles, { names, isDirectory }: Place): Promise<ServedFile | 'directory' | undefined> {
  if (!isDirectory) return files.open(names);
  const found = await files.open([...names, INDEX]);
  return found === 'directory' ? undefined : found;
}

/** A page with its script in it is a file like any other, from memory. */
async function withLiveReload(file: ServedFile, script: string): Promise<ServedFile> {
  const page = withScript(await file.read(0, file.size).finally(() => file.close()), script);
  return {
    ...{ size: page.length, modifiedMs: file.modifiedMs, tag: `${file.tag}-${script.length.toString(36)}` },
    read: async (from, bytes) => page.subarray(from, from + bytes),
    stream: () => {
      throw new Error('a page is read at once');
    },
    close: async () => {},
  };
}

/** A page that an agent wrote may run, and is nobody here: it shares no origin with the control UI on the same port. */
const SANDBOX = 'sandbox allow-scripts allow-forms allow-modals allow-popups allow-downloads';

/** Always asked for anew: what changed is what people are here to see. */
function headersOf({ keyed, isBeside }: Way): OutgoingHttpHeaders {
  const policy = isBeside ? (keyed === '' ? "frame-ancestors 'self'" : undefined) : SANDBOX;
  return {
    'Cache-Control': 'no-cache',
    ...(policy === undefined ? {} : { 'Content-Security-Policy': policy }),
    // Whoever has the address has the key. Without this a page without an origin could not even load its own modules and fonts.
    ...(keyed === '' ? {} : { 'Cross-Origin-Resource-Policy': 'cross-origin', 'Access-Control-Allow-Origin': '*' }),
  };
}
