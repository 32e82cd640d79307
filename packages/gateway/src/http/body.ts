import { parseJson } from '../json.ts';
import type { Exchange } from './exchange.ts';
import { HttpError } from './http-error.ts';

/** The body, whole. To be read when it is known that the client may send one. @throws HttpError TOO_LARGE */
export async function readBody(exchange: Exchange, maxBytes: number): Promise<Buffer> {
  const { request, response, gone } = exchange;
  const tooLarge = () => new HttpError('TOO_LARGE', `the body is larger than ${maxBytes} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  exchange.continued = true;
  if (request.headers.expect !== undefined) response.writeContinue();
  const parts: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= maxBytes) return parts.push(part);
      // The rest flows past: who sends it hears why when it is done, or when its time is up.
      request.removeAllListeners('data');
      request.resume();
      return reject(tooLarge());
    });
    request.once('end', () => resolve(Buffer.concat(parts)));
    const broken = () => reject(new HttpError('INVALID_REQUEST', 'the body broke off'));
    request.once('error', broken);
    gone.addEventListener('abort', broken, { once: true });
  });
}

/** The body as the JSON object that it is to be; an empty one is one for who may say nothing. @throws HttpError UNSUPPORTED_TYPE, TOO_LARGE or INVALID_REQUEST */
export async function readJsonObject(
  exchange: Exchange,
  maxBytes: number,
  { mayBeEmpty = false }: { mayBeEmpty?: boolean } = {},
): Promise<Record<string, unknown>> {
  const type = exchange.request.headers['content-type'];
  if (type !== undefined && !/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type))
    throw new HttpError('UNSUPPORTED_TYPE', 'the body has to be application/json');
  const text = (await readBody(exchange, maxBytes)).toString('utf8');
  if (mayBeEmpty && text.trim() === '') return {};
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new HttpError('INVALID_REQUEST', 'the body is no JSON object, or nested too deeply');
  return value as Record<string, unknown>;
}
