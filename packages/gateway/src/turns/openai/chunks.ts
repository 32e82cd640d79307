import { createParser } from 'eventsource-parser';
import type { Usage } from '../provider.ts';
import { causeOf, type Endpoint, failed, wordsOf } from './request.ts';

export interface ToolCall {
  id: string;
  name: string;
  /** As JSON text. */
  args: string;
}

/** A piece of a streamed completion. */
export interface Chunk {
  text: string;
  /** All that were asked for so far, in this completion. */
  calls: ToolCall[];
  reason: 'stop' | 'length' | undefined;
  usage: Usage | undefined;
}

/** Characters that may come without an event being whole. */
const MOST_UNREAD = 1_000_000;
const MOST_CALLS = 32;

/** The body of a completion, piece by piece. A server that does not stream gives it as one. @throws WireError UNAVAILABLE */
export async function* chunksOf(response: Response, endpoint: Endpoint): AsyncGenerator<Chunk> {
  const type = response.headers.get('content-type') ?? '';
  const calls: ToolCall[] = [];
  const streamed = /text\/event-stream/i.test(type);
  if (!streamed && !/json/i.test(type)) {
    await response.body?.cancel();
    throw failed(endpoint, `the answer is ${type === '' ? 'of no type' : type}, not a stream of events`, false);
  }
  for await (const data of streamed ? eventsOf(response, endpoint) : wholeOf(response, endpoint)) {
    const value = parse(data, endpoint);
    if (value.error !== undefined) throw failed(endpoint, wordsOf(JSON.stringify(value)), true);
    yield chunkOf(value, calls);
  }
}

/** The data of the events, up to `[DONE]`. */
async function* eventsOf(response: Response, endpoint: Endpoint): AsyncGenerator<string> {
  let ready: string[] = [];
  let unread = 0;
  const parser = createParser({
    onEvent: ({ data }) => {
      ready.push(data);
      unread = 0;
    },
  });
  for await (const text of textsOf(response, endpoint)) {
    unread += text.length;
    parser.feed(text);
    if (unread > MOST_UNREAD) throw failed(endpoint, 'an event of the answer does not end', false);
    for (const data of ready.splice(0)) {
      if (data === '[DONE]') return;
      yield data;
    }
  }
  ready = [];
}

async function* wholeOf(response: Response, endpoint: Endpoint): AsyncGenerator<string> {
  let all = '';
  for await (const text of textsOf(response, endpoint)) {
    all += text;
    if (all.length > MOST_UNREAD) throw failed(endpoint, 'the answer does not end', false);
  }
  yield all;
}

async function* textsOf(response: Response, endpoint: Endpoint): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    for await (const bytes of response.body ?? []) yield decoder.decode(bytes as Uint8Array, { stream: true });
  } catch (error) {
    throw failed(endpoint, `the answer broke off: ${causeOf(error)}`, true);
  }
}

interface WireChunk {
  error?: unknown;
  choices?: { delta?: WireDelta; message?: WireDelta; finish_reason?: string | null }[];
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
}

interface WireDelta {
  content?: unknown;
  tool_calls?: { index?: number; id?: string; function?: { name?: string; arguments?: string } }[];
}

function parse(data: string, endpoint: Endpoint): WireChunk {
  try {
    const value = JSON.parse(data) as unknown;
    if (typeof value === 'object' && value !== null) return value as WireChunk;
  } catch {
    // Said below.
  }
  throw failed(endpoint, 'the answer is not as it should be: no JSON object', false);
}

function chunkOf({ choices, usage }: WireChunk, calls: ToolCall[]): Chunk {
  const choice = Array.isArray(choices) ? choices[0] : undefined;
  const delta = choice?.delta ?? choice?.message ?? {};
  for (const [i, call] of (Array.isArray(delta.tool_calls) ? delta.tool_calls : []).entries()) note(calls, call.index ?? i, call);
  const { content } = delta;
  const { prompt_tokens: input, completion_tokens: output } = usage ?? {};
  return {
    text: typeof content === 'string' ? content : '',
    calls: calls.filter(({ name }) => name !== ''),
    reason: reasonOf(choice?.finish_reason),
    usage: Number.isInteger(input) && Number.isInteger(output) ? { input: Number(input), output: Number(output) } : undefined,
  };
}

/** A call comes in pieces: its name first, its arguments bit by bit. */
function note(calls: ToolCall[], index: number, { id, function: said }: NonNullable<WireDelta['tool_calls']>[number]): void {
  if (!Number.isInteger(index) || index < 0 || index >= MOST_CALLS) return;
  while (calls.length <= index) calls.push({ id: '', name: '', args: '' });
  const call = calls[index] as ToolCall;
  if (typeof id === 'string') call.id = id;
  if (typeof said?.name === 'string') call.name += said.name;
  if (typeof said?.arguments === 'string') call.args += said.arguments;
}

function reasonOf(said: unknown): Chunk['reason'] {
  if (typeof said !== 'string' || said === '') return undefined;
  return said === 'length' ? 'length' : 'stop';
}
