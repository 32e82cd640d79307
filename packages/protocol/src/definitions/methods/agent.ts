import Type from 'typebox';
import { anything, atMost, flag, type MethodDefinition, oneOf, openShape, shape, short, text, wait, whole } from '../shape.ts';

export const agent: MethodDefinition = {
  name: 'agent',
  summary:
    'Has an agent take its turn. Answered twice with the id of the request: at once with the status accepted, and when the turn is over with ok, or as an error whose payload has the status error.',
  scope: 'operator.write',
  params: shape({
    message: text(),
    'agentId?': short(),
    'to?': text(),
    'replyTo?': text(),
    'sessionId?': text(),
    'sessionKey?': text(),
    'thinking?': text(),
    'deliver?': flag('Send the answer by a channel'),
    'attachments?': atMost(anything(), 64),
    'channel?': short(),
    'replyChannel?': short(),
    'accountId?': short(),
    'replyAccountId?': short(),
    'timeout?': Type.Integer({
      minimum: 0,
      maximum: 86_400,
      description: 'Seconds that the turn may take; 0 or nothing: agents.defaults.timeoutSeconds (600)',
    }),
    'model?': short('provider/model, instead of that of the agent'),
    'lane?': text(),
    'extraSystemPrompt?': Type.String(),
    'label?': short(),
    'spawnedBy?': text(),
    idempotencyKey: short('Also the id of the run: a second call with the same one gets the answers of the first'),
  }),
  result: openShape({
    runId: text(),
    status: oneOf(['accepted', 'ok', 'error']),
    'acceptedAt?': whole(),
    'summary?': text(),
    'result?': anything(),
  }),
};

export const agentWait: MethodDefinition = {
  name: 'agent.wait',
  summary: 'Waits for the end of a run.',
  scope: 'operator.write',
  params: shape({ runId: short(), 'timeoutMs?': wait('Milliseconds to wait at most (30000)') }),
  result: openShape({
    runId: text(),
    status: oneOf(['ok', 'error', 'timeout'], 'timeout: it is not over yet, or there is none of this id'),
    'startedAt?': whole(),
    'endedAt?': whole(),
    'error?': text(),
  }),
};
