import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireError } from '../../wire-error.ts';
import { type Chunk, chunksOf } from './chunks.ts';

const endpoint = { id: 'acme', baseUrl: 'http://127.0.0.1:1/v1', key: 'sk-canary-1234' };
const stream = (pieces: Uint8Array[], type = 'text/event-stream; charset=utf-8') =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    }),
    { headers: type === '' ? {} : { 'content-type': type } },
  );
const bytes = (text: string) => [new TextEncoder().encode(text)];

async function all(response: Response): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of chunksOf(response, endpoint)) chunks.push(chunk);
  return chunks;
}

async function refusal(response: Response): Promise<string> {
  const error = await all(response).then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(WireError);
  return (error as WireError).message;
}

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const said = (content: string) => data({ choices: [{ delta: { content } }] });

describe('a streamed answer', () => {
  it('is the same wherever the network cuts it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 7 }),
        async (texts, size) => {
          const whole = new TextEncoder().encode(`: hello\r\n${texts.map(said).join('')}data: [DONE]\n\n`);
          const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.slice(i * size, (i + 1) * size));
          expect((await all(stream(pieces))).map(({ text }) => text).join('')).toBe(texts.join(''));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('has calls of tools that come in pieces, and what was counted', async () => {
    const call = (index: number, id: string | undefined, name: string | undefined, args: string) =>
      data({ choices: [{ delta: { tool_calls: [{ index, id, function: { name, arguments: args } }] } }] });
    const chunks = await all(
      stream(
        bytes(
          call(0, 'a', 'read', '{"x"') +
            call(0, undefined, undefined, ':1}') +
            call(1, 'b', 'write', '') +
            call(1e9, 'c', 'd', ''),
        ),
      ),
    );
    expect(chunks.at(-1)?.calls).toEqual([
      { id: 'a', name: 'read', args: '{"x":1}' },
      { id: 'b', name: 'write', args: '' },
    ]);
    const usage = { prompt_tokens: 3, completion_tokens: 4 };
    const [end] = await all(stream(bytes(data({ choices: [{ finish_reason: 'length' }], usage }))));
    expect(end).toMatchObject({ reason: 'length', usage: { input: 3, output: 4 } });
  });

  it.each([
    ['is a page', stream(bytes('<html>'), 'text/html'), 'acme: the answer is text/html, not a stream of events'],
    ['is of no type', stream(bytes('x'), ''), 'acme: the answer is of no type, not a stream of events'],
    ['is no JSON', stream(bytes('data: {"a\n\n')), 'acme: the answer is not as it should be: no JSON object'],
    ['is no object', stream(bytes('data: 1\n\n')), 'acme: the answer is not as it should be: no JSON object'],
    ['has an error with the key', stream(bytes(data({ error: { message: 'no sk-canary-1234' } }))), 'acme: no ***'],
    ['has an event without end', stream(bytes(`data: ${'x'.repeat(1_000_001)}`)), 'acme: an event of the answer does not end'],
  ])('that %s is refused in words', async (_, response, words) => {
    expect(await refusal(response)).toBe(words);
  });

  it('of any shape does no harm', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (choices) => {
        const given = await all(stream(bytes(data({ choices })))).catch((error: unknown) => error);
        expect(Array.isArray(given) || given instanceof WireError).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
