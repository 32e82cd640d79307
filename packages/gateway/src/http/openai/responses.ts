import { randomUUID } from 'node:crypto';
import type { Said } from '../../turns/provider.ts';
import type { Handler } from '../route.ts';
import { type Body, bad, bodyFor, contentOf, flagIn, refuseOthers, refuseTools, textIn, unsupported } from './read.ts';
import { eventsOf, responseOf } from './response-document.ts';
import { streamTurn } from './stream-turn.ts';
import { targetOf } from './target.ts';
import { turnOf } from './turn-of.ts';

const MOST_USER = 256;
const MOST_INSTRUCTIONS = 1_000_000;
/** Items that say nothing to a model that is asked by text. */
const PASSED_OVER = ['reasoning', 'item_reference'];

/** `POST /v1/responses` */
export const responses: Handler = async (exchange) => {
  const body = await bodyFor(exchange, 'responses');
  const isStreamed = flagIn(body, 'stream');
  refuseTools(body);
  refuseOthers(body, { background: [false], previous_response_id: [], conversation: [], prompt: [] });
  const format = (Object((Object(body.text) as Body).format) as Body).type ?? 'text';
  if (format !== 'text') throw unsupported('text.format', 'is not supported by this gateway: only {"type":"text"}');
  const target = targetOf(exchange, body.model);
  const instructions = textIn(body, 'instructions', MOST_INSTRUCTIONS);
  const told: Said[] = instructions === undefined ? [] : [{ role: 'system', text: instructions }];
  const said = [...told, ...inputOf(body.input)];
  const user = textIn(body, 'user', MOST_USER);
  const turn = turnOf(exchange, { target, said, param: 'input', user, prefix: 'resp_', kind: 'openresponses-user' });
  const about = { turn, model: target.name, instructions, body, messageId: `msg_${randomUUID().replaceAll('-', '')}` };
  if (isStreamed) return streamTurn(exchange, turn, eventsOf(about));
  return exchange.json(200, responseOf(about, await turn.final));
};

function inputOf(input: unknown): Said[] {
  if (typeof input === 'string') return [{ role: 'user', text: input }];
  if (!Array.isArray(input) || input.length === 0) throw bad('input', 'is to be a text or a list of items');
  return input.flatMap((item: unknown, i): Said[] => {
    const { type = 'message', role, content } = Object(item) as Body;
    const at = `input[${i}]`;
    if (PASSED_OVER.includes(String(type))) return [];
    if (type !== 'message')
      throw unsupported(at, `is no message (type ${JSON.stringify(type)?.slice(0, 40)}): nothing else is handed on`);
    if (role === 'system' || role === 'developer') return [{ role: 'system', text: contentOf(content, `${at}.content`) }];
    if (role === 'user' || role === 'assistant') return [{ role, text: contentOf(content, `${at}.content`) }];
    throw bad(`${at}.role`, 'is to be system, developer, user or assistant');
  });
}
