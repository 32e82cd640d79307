import type { Said, Usage } from '../../turns/provider.ts';
import type { Turn, TurnResult } from '../../turns/turn.ts';
import { DONE, event } from '../event-stream.ts';
import { openAiError } from '../http-error.ts';
import type { Handler } from '../route.ts';
import { type Body, bad, bodyFor, contentOf, flagIn, refuseOthers, refuseTools, textIn, unsupported } from './read.ts';
import { type Form, streamTurn } from './stream-turn.ts';
import { targetOf } from './target.ts';
import { turnOf } from './turn-of.ts';

const MOST_USER = 256;
const ROLES: Readonly<Record<string, Said['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
};

/** `POST /v1/chat/completions` */
export const chatCompletions: Handler = async (exchange) => {
  const body = await bodyFor(exchange, 'chatCompletions');
  const isStreamed = flagIn(body, 'stream');
  refuseTools(body);
  refuseOthers(body, { n: [1], logprobs: [false], audio: [] });
  refuseFormat(body.response_format);
  const target = targetOf(exchange, body.model);
  const said = messagesIn(body.messages);
  const user = textIn(body, 'user', MOST_USER);
  const turn = turnOf(exchange, { target, said, param: 'messages', user, prefix: 'chatcmpl-', kind: 'openai-user' });
  if (isStreamed) return streamTurn(exchange, turn, chunksOf(turn, target.name, wantsUsage(body)));
  return exchange.json(200, completionOf(turn, target.name, await turn.final));
};

function refuseFormat(format: unknown): void {
  const { type = 'text' } = Object(format) as { type?: unknown };
  if (type !== 'text') throw unsupported('response_format', 'is not supported by this gateway: only {"type":"text"}');
}

function messagesIn(messages: unknown): Said[] {
  if (!Array.isArray(messages) || messages.length === 0) throw bad('messages', 'is to be a list of messages');
  return messages.map((message: unknown, i) => {
    const { role, content, tool_calls } = Object(message) as Body;
    const at = `messages[${i}]`;
    const known = typeof role === 'string' && Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
    if (role === 'tool' || role === 'function' || (Array.isArray(tool_calls) && tool_calls.length > 0))
      throw unsupported(at, 'is about a tool: this gateway offers its models none');
    if (known === undefined) throw bad(`${at}.role`, 'is to be system, developer, user or assistant');
    return { role: known, text: contentOf(content, `${at}.content`) };
  });
}

const wantsUsage = ({ stream_options }: Body): boolean => (Object(stream_options) as Body).include_usage === true;

const aboutOf = ({ runId, acceptedAt }: Turn, object: string, model: string) => ({
  id: runId,
  object,
  created: Math.floor(acceptedAt / 1_000),
  model,
});

function completionOf(turn: Turn, model: string, { text, stopReason, usage }: TurnResult): unknown {
  const message = { role: 'assistant', content: text, refusal: null };
  return {
    ...aboutOf(turn, 'chat.completion', model),
    choices: [{ index: 0, message, logprobs: null, finish_reason: stopReason }],
    ...(usage ? { usage: usageOf(usage) } : {}),
  };
}

function chunksOf(turn: Turn, model: string, isUsageTold: boolean): Form {
  const about = aboutOf(turn, 'chat.completion.chunk', model);
  const untold = isUsageTold ? { usage: null } : {};
  const chunk = (delta: unknown, finish_reason: string | null = null) =>
    event({ ...about, choices: [{ index: 0, delta, logprobs: null, finish_reason }], ...untold });
  return {
    begin: () => chunk({ role: 'assistant', content: '' }),
    text: (content) => chunk({ content }),
    end: ({ stopReason, usage }) => {
      const told = isUsageTold ? event({ ...about, choices: [], usage: usage ? usageOf(usage) : null }) : '';
      return `${chunk({}, stopReason)}${told}${DONE}`;
    },
    failed: (error) => event(openAiError(error)),
  };
}

const usageOf = ({ input, output }: Usage) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});
