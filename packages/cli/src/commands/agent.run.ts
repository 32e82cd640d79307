import { randomUUID } from 'node:crypto';
import { type AgentTurnDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../command.ts';
import { caller } from '../jobs/caller.ts';
import { neededOption } from '../jobs/needed-option.ts';
import { numberOption } from '../jobs/number-option.ts';

/** For the way to the gateway and back, beyond what the turn has. */
const MARGIN_MS = 30_000;
const USUAL_S = 600;
const MOST_S = 86_400;

export const run: Handler = async (context, { timeout, wait, ...options }) => {
  const { to, agent: agentId, sessionKey, sessionId, model, channel, thinking } = options as Record<string, string | undefined>;
  const message = neededOption('--message', options.message, 'what is to be said');
  const seconds = numberOption('--timeout', timeout, USUAL_S, MOST_S);
  const idempotencyKey = typeof options.runId === 'string' ? options.runId : randomUUID();
  const given = Object.entries({ to, agentId, sessionKey, sessionId, model, channel, thinking }).filter(
    ([, value]) => value !== undefined,
  );
  const params = {
    ...{ message, idempotencyKey, ...Object.fromEntries(given) },
    ...(timeout === undefined ? {} : { timeout: seconds }),
    ...(options.deliver === true ? { deliver: true } : {}),
  };
  const call = await caller(context, options);
  const waits = wait !== false;
  const answer = (await call('agent', params, waits ? seconds * 1_000 + MARGIN_MS : undefined, waits)) as Turn;
  const json: AgentTurnDocument = { ok: true, schemaVersion: SCHEMA_VERSION, ...answer };
  const said = (answer.result?.payloads ?? []).map(({ text }) => text).join('\n');
  return { json, text: waits ? said : `Accepted: ${answer.runId}` };
};

type Turn = Omit<AgentTurnDocument, 'ok' | 'schemaVersion'>;
