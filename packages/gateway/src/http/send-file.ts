import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ServedFile } from '@polygate/host';
import { hasVersion, rangeOf } from './conditional.ts';
import type { Exchange } from './exchange.ts';

/** Read at once where it is no larger: a stream of it would cost more than its bytes. */
const AT_ONCE_BYTES = 256 * 1024;

interface Options {
  type: string;
  headers: OutgoingHttpHeaders;
}

/** A file as it is, or a part of it, or that the client has it already. Closes it. */
export async function sendFile(exchange: Exchange, file: ServedFile, options: Options): Promise<void> {
  try {
    await answer(exchange, file, options);
  } finally {
    await file.close();
  }
}

async function answer(exchange: Exchange, file: ServedFile, { type, headers }: Options): Promise<void> {
  const { request, response } = exchange;
  const version = { etag: `"${file.tag}"`, modifiedMs: file.modifiedMs };
  const of = { ...headers, ETag: version.etag, 'Last-Modified': new Date(version.modifiedMs).toUTCString() };
  if (hasVersion(request.headers, version)) {
    exchange.head(304, of);
    response.end();
    return;
  }
  const part = rangeOf(request.headers, file.size, version);
  if (part === 'unsatisfiable') {
    exchange.send(416, 'text/plain; charset=utf-8', 'there is no such part\n', {
      ...of,
      'Content-Range': `bytes */${file.size}`,
    });
    return;
  }
  const { from, to } = part ?? { from: 0, to: file.size - 1 };
  const bytes = to - from + 1;
  const status = part ? 206 : 200;
  const head = {
    ...of,
    'Content-Type': type,
    'Accept-Ranges': 'bytes',
    ...(part ? { 'Content-Range': `bytes ${from}-${to}/${file.size}` } : {}),
  };
  if (request.method === 'HEAD') {
    exchange.head(status, { ...head, 'Content-Length': bytes });
    response.end();
    return;
  }
  if (bytes > AT_ONCE_BYTES) {
    exchange.head(status, { ...head, 'Content-Length': bytes });
    return flow(file, { from, to }, response);
  }
  const body = await file.read(from, bytes);
  // It may have become shorter meanwhile: what is there is all of it then, but no part of what was asked for.
  if (part && body.length < bytes) response.destroy();
  else exchange.send(status, type, body, head);
}

async function flow(file: ServedFile, { from, to }: { from: number; to: number }, response: ServerResponse): Promise<void> {
  let left = to - from + 1;
  for await (const part of file.stream(from, to)) {
    if (response.destroyed) return;
    left -= (part as Buffer).length;
    if (!response.write(part)) await drained(response);
  }
  // It became shorter meanwhile: its reader must not take it for whole.
  if (left > 0) response.destroy();
  else response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
