import type { TSchema } from 'typebox';
import { flag, list, oneOf, openShape, orNull, text, whole } from './shape.ts';

/** Agents, their models and their conversations. */
export const sessionShapes: Record<string, TSchema> = {
  AgentEntry: openShape({ id: text(), 'name?': text() }, 'An agent of this gateway'),
  ModelEntry: openShape(
    {
      id: text(),
      name: text(),
      provider: text(),
      'contextWindow?': whole('Tokens'),
      'reasoning?': flag(),
      'input?': list(text()),
    },
    'A model that the config names',
  ),
  SessionRow: openShape(
    {
      key: text('agent:<agent>:<name>'),
      kind: oneOf(['direct', 'group', 'global', 'unknown']),
      'sessionId?': text(),
      updatedAt: orNull(whole('Milliseconds since 1970')),
      'label?': text(),
      'displayName?': text(),
      'channel?': text(),
      'lastMessagePreview?': text(),
    },
    'One conversation; what else its entry holds, is there too',
  ),
  SessionPreview: openShape(
    {
      key: text(),
      status: oneOf(['ok', 'empty', 'missing', 'error']),
      items: list(openShape({ role: oneOf(['user', 'assistant', 'tool', 'system', 'other']), text: text() })),
    },
    'The last messages of a conversation',
  ),
};
