import { randomUUID } from 'node:crypto';
import { MAIN_KEY } from '../../agents.ts';
import { type Caller, TwoStages } from '../../methods/method.ts';
import { callMethod } from '../../methods/registry.ts';
import { readJsonObject } from '../body.ts';
import { HttpError } from '../http-error.ts';
import type { Handler } from '../route.ts';
import { mayUse } from './policy.ts';
import { type Call, TOOLS } from './tools.ts';

const MOST_BYTES = 2_097_152;

/** Who shows the gateway's secret may what a client with it may that said hello. */
const CALLER: Caller = {
  connId: 'http',
  role: 'operator',
  scopes: ['operator.admin'],
  presence: { host: 'http', text: 'http' },
};

/** `POST /tools/invoke`, `{tool, action?, args?, sessionKey?, dryRun?}`, answered in the form of the family's tools. */
export const invokeTool: Handler = async (exchange) => {
  const { tool, action, args, sessionKey, dryRun } = await readJsonObject(exchange, MOST_BYTES);
  if (typeof tool !== 'string' || tool.trim() === '') throw new HttpError('INVALID_REQUEST', 'tools.invoke requires body.tool');
  const name = tool.trim().toLowerCase();
  const { state } = exchange;
  const make = Object.hasOwn(TOOLS, name) && mayUse(state.config.running, name) ? TOOLS[name] : undefined;
  if (!make) throw new HttpError('NOT_FOUND', `Tool not available: ${name.slice(0, 100)}`);
  const given = isRecord(args) ? args : {};
  const call = make({
    args: given,
    action: textOf(given.action) ?? textOf(action),
    sessionKey: textOf(given.sessionKey) ?? textOf(sessionKey) ?? MAIN_KEY,
    newKey: randomUUID,
  });
  if (!call)
    throw new HttpError('INVALID_REQUEST', `${name}: there is no action ${JSON.stringify(given.action ?? action ?? null)}`);
  if (dryRun === true) return exchange.json(200, { ok: true, dryRun: true });
  const details = await done(call, () => callMethod(call.method, call.params, state, CALLER));
  return exchange.json(200, { ok: true, result: { content: [{ type: 'text', text: JSON.stringify(details) }], details } });
};

/** A turn is waited for, unless the call says that it is not. */
async function done({ isLeft = false }: Call, begin: () => Promise<unknown>): Promise<unknown> {
  const answer = await begin();
  if (!(answer instanceof TwoStages)) return answer;
  return isLeft ? answer.accepted : answer.final;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined);
