import type { Turn, TurnResult } from '../../turns/turn.ts';
import { DONE, event } from '../event-stream.ts';
import type { HttpError } from '../http-error.ts';
import type { Form } from './stream-turn.ts';

/** What a response is about. */
export interface About {
  turn: Turn;
  model: string;
  instructions: string | undefined;
  /** The request. */
  body: Readonly<Record<string, unknown>>;
  /** Of the one message that it answers with. */
  messageId: string;
}

type Status = 'in_progress' | 'completed' | 'incomplete' | 'failed';

/** A response that came to its end. */
export const responseOf = (about: About, result: TurnResult): unknown =>
  documentOf(about, statusOf(result), {
    output: [messageOf(about, statusOf(result), result.text)],
    ...(result.stopReason === 'length' ? { incomplete_details: { reason: 'max_output_tokens' } } : {}),
    ...(result.usage ? { usage: usageOf(result.usage) } : {}),
  });

/** The events of a response, each with its number. */
export function eventsOf(about: About): Form {
  let number = 0;
  let said = '';
  const place = { item_id: about.messageId, output_index: 0, content_index: 0 };
  const tell = (type: string, data: Record<string, unknown>) => {
    const text = event({ type, sequence_number: number, ...data }, type);
    number += 1;
    return text;
  };
  return {
    begin: () =>
      [
        tell('response.created', { response: documentOf(about, 'in_progress') }),
        tell('response.in_progress', { response: documentOf(about, 'in_progress') }),
        tell('response.output_item.added', { output_index: 0, item: { ...messageOf(about, 'in_progress', ''), content: [] } }),
        tell('response.content_part.added', { ...place, part: partOf('') }),
      ].join(''),
    text: (delta) => {
      said += delta;
      return tell('response.output_text.delta', { ...place, delta, logprobs: [] });
    },
    end: (result) => {
      const status = statusOf(result);
      return [
        tell('response.output_text.done', { ...place, text: result.text, logprobs: [] }),
        tell('response.content_part.done', { ...place, part: partOf(result.text) }),
        tell('response.output_item.done', { output_index: 0, item: messageOf(about, status, result.text) }),
        tell(`response.${status}`, { response: responseOf(about, result) }),
        DONE,
      ].join('');
    },
    failed: ({ message, knownAs }: HttpError) => {
      const error = { code: 'server_error', message: `${message} (${knownAs})` };
      const output = said === '' ? [] : [messageOf(about, 'incomplete', said)];
      return `${tell('response.failed', { response: documentOf(about, 'failed', { error, output }) })}${DONE}`;
    },
  };
}

const statusOf = ({ stopReason }: TurnResult): Status => (stopReason === 'length' ? 'incomplete' : 'completed');

function documentOf({ turn, model, instructions, body }: About, status: Status, more: Record<string, unknown> = {}): unknown {
  return {
    id: turn.runId,
    object: 'response',
    created_at: Math.floor(turn.acceptedAt / 1_000),
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: instructions ?? null,
    max_output_tokens: null,
    metadata: Object(body.metadata),
    model,
    output: [],
    parallel_tool_calls: false,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    // It is kept where the user's conversation is, and not as a response.
    store: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'none',
    tools: [],
    top_p: null,
    truncation: 'disabled',
    usage: null,
    user: typeof body.user === 'string' ? body.user : null,
    ...more,
  };
}

const messageOf = ({ messageId }: About, status: Status, text: string) => ({
  id: messageId,
  type: 'message',
  status,
  role: 'assistant',
  content: [partOf(text)],
});

const partOf = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] });

const usageOf = ({ input, output }: { input: number; output: number }) => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: input + output,
});
