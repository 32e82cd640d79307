import type { IncomingMessage } from 'node:http';
import { RequestRefused } from '../answer.ts';

const MOST_BYTES = 65_536;

/** The JSON of a request; undefined where it has no body. @throws RequestRefused */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BYTES) throw new RequestRefused(413, `the body has more than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  if (size === 0) return undefined;
  // What a form of any page may send has another type.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new RequestRefused(415, 'the body is JSON: Content-Type: application/json');
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch {
    throw new RequestRefused(400, 'the body is no JSON');
  }
}
