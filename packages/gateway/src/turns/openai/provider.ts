import { WireError } from '../../wire-error.ts';
import type { Piece, Provider, Question, Usage } from '../provider.ts';
import { chunksOf, type ToolCall } from './chunks.ts';
import { KeyMask } from './mask.ts';
import { ask, type Endpoint } from './request.ts';

/** How often a model is told that there are no tools before its turn is given up. */
const MOST_REFUSALS = 2;
const NO_TOOLS = 'There are no tools here. Answer in words alone.';

/** What goes over the wire for one message. */
export type WireMessage =
  | { role: 'system' | 'user' | 'assistant'; content: string }
  | { role: 'assistant'; content: string | null; tool_calls: unknown[] }
  | { role: 'tool'; tool_call_id: string; content: string };

/**
 * Any endpoint that speaks OpenAI's chat completions (`POST <baseUrl>/chat/completions`), streamed. It is offered no tools; a model
 * that asks for one all the same is told so, and asked again.
 */
export function openAiCompatible(endpoint: Endpoint): Provider {
  return {
    id: endpoint.id,
    async *answer({ model, messages, signal }: Question): AsyncGenerator<Piece> {
      const said: WireMessage[] = messages.map(({ role, text }) => ({ role, content: text }));
      const usage: Usage = { input: 0, output: 0 };
      let counted = false;
      for (let refused = 0; ; refused += 1) {
        let text = '';
        let calls: ToolCall[] = [];
        let reason: 'stop' | 'length' | undefined;
        const mask = endpoint.key === undefined ? undefined : new KeyMask(endpoint.key);
        for await (const chunk of chunksOf(await ask(endpoint, { model, messages: said }, signal), endpoint)) {
          const told = mask ? mask.take(chunk.text) : chunk.text;
          if (told !== '') yield { type: 'text', text: told };
          text += told;
          if (chunk.usage) {
            usage.input += chunk.usage.input;
            usage.output += chunk.usage.output;
            counted = true;
          }
          calls = chunk.calls;
          reason = chunk.reason ?? reason;
        }
        const rest = mask?.rest() ?? '';
        if (rest !== '') yield { type: 'text', text: rest };
        text += rest;
        if (reason === undefined) throw brokeOff(endpoint.id);
        if (calls.length === 0) {
          yield { type: 'end', reason, ...(counted ? { usage } : {}) };
          return;
        }
        for (const { name } of calls) yield { type: 'refused', tool: name };
        if (refused === MOST_REFUSALS) throw insists(endpoint.id, calls);
        said.push(...refusalOf(text, calls));
      }
    },
  };
}

/** What the model said, and the answer to each of its calls. */
function refusalOf(text: string, calls: readonly ToolCall[]): WireMessage[] {
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      tool_calls: calls.map(({ id, name, args }) => ({ id, type: 'function', function: { name, arguments: args } })),
    },
    ...calls.map(({ id }): WireMessage => ({ role: 'tool', tool_call_id: id, content: NO_TOOLS })),
  ];
}

const brokeOff = (id: string) => new WireError('UNAVAILABLE', `${id}: the answer broke off`, { retryable: true });
const insists = (id: string, calls: readonly ToolCall[]) =>
  new WireError(
    'UNAVAILABLE',
    `${id}: the model insists on the tool ${calls[0]?.name.slice(0, 100)}, and this gateway runs none`,
    {
      retryable: false,
      details: { code: 'TOOL_REFUSED' },
    },
  );
