import Type from 'typebox';
import {
  anything,
  atMost,
  exactly,
  flag,
  list,
  type MethodDefinition,
  openShape,
  orNull,
  ref,
  shape,
  short,
  text,
  whole,
} from '../shape.ts';

const between = (minimum: number, maximum: number, description: string) => Type.Integer({ minimum, maximum, description });

export const sessionsList: MethodDefinition = {
  name: 'sessions.list',
  summary: 'The conversations of the agents, newest first.',
  scope: 'operator.read',
  params: shape({
    'limit?': between(1, 1000, 'Conversations at most (500)'),
    'activeMinutes?': between(1, 1_000_000, 'Only those of the last so many minutes'),
    'includeGlobal?': flag('With the one that belongs to nobody in particular'),
    'includeUnknown?': flag('With the one of senders that are not known'),
    'includeLastMessage?': flag('With how the last message begins; of the first 50'),
    'includeDerivedTitles?': flag('Accepted for clients of the family; titles are not derived'),
    'agentId?': short('Only those of this agent'),
    'label?': short('Only those with this label'),
    'spawnedBy?': short('Only those that this one began'),
    'search?': short('Only those in whose key or names this stands, in any case'),
  }),
  result: openShape({
    ts: whole(),
    path: text('The index of the default agent'),
    count: whole(),
    defaults: openShape({ model: orNull(text()), contextTokens: orNull(whole()) }),
    sessions: list(ref('SessionRow')),
  }),
};

export const sessionsPreview: MethodDefinition = {
  name: 'sessions.preview',
  summary: 'The last messages of some conversations, shortened.',
  scope: 'operator.read',
  params: shape({
    keys: atMost(text(), 64),
    'limit?': between(1, 100, 'Messages of each at most (12)'),
    'maxChars?': between(20, 4000, 'Characters of each message at most (240)'),
  }),
  result: shape({ ts: whole(), previews: list(ref('SessionPreview')) }),
};

export const sessionsReset: MethodDefinition = {
  name: 'sessions.reset',
  summary: 'Begins a conversation anew, with the settings that it had. What was said stays on disk.',
  scope: 'operator.admin',
  params: shape({ key: text() }),
  result: shape({ ok: exactly(true), key: text(), entry: anything('As it is now') }),
};

export const sessionsDelete: MethodDefinition = {
  name: 'sessions.delete',
  summary: 'Forgets a conversation; the main one stays. Its transcript is set aside.',
  scope: 'operator.admin',
  params: shape({ key: text(), 'deleteTranscript?': flag('Set the transcript aside (true)') }),
  result: shape({ ok: exactly(true), key: text(), deleted: flag(), archived: list(text(), 'Where transcripts are now') }),
};
