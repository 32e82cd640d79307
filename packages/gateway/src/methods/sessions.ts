import type { SessionRow, SessionsListParams } from '@polygate/protocol';
import { agentsOf } from '../agents.ts';
import { healthMayHaveChanged } from '../health.ts';
import type { SessionEntry } from '../sessions/index-file.ts';
import { kindOf } from '../sessions/keys.ts';
import { stampOf } from '../sessions/sessions.ts';
import type { Method } from './method.ts';

const LIST_LIMIT = 500;
const PREVIEW_LIMIT = 12;
const PREVIEW_CHARS = 240;
/** Conversations whose last message is looked up for a list. */
const MOST_LOOKED_UP = 50;

export const sessionsList: Method<'sessions.list'> = async (params, { sessions, options, config }) => {
  const { defaultId, agents } = agentsOf(config.running);
  const now = options.clock.now();
  const wanted = agents.filter(({ id }) => params.agentId === undefined || params.agentId === id);
  const indexes = await Promise.all(wanted.map(({ id }) => sessions.indexOf(id)));
  const rows = indexes
    .flatMap((index) => Object.entries(index))
    .filter(([key, entry]) => isMeant(key, entry, params, now))
    .map(([key, entry]) => rowOf(key, entry))
    .sort((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0))
    .slice(0, params.limit ?? LIST_LIMIT);
  for (const row of params.includeLastMessage ? rows.slice(0, MOST_LOOKED_UP) : []) {
    const { items } = await sessions.preview(row.key, { limit: 1, maxChars: PREVIEW_CHARS });
    if (items[0]) row.lastMessagePreview = items[0].text;
  }
  const { path } = sessions.summaryOf(defaultId);
  return { ts: now, path, count: rows.length, defaults: { model: null, contextTokens: null }, sessions: rows };
};

export const sessionsPreview: Method<'sessions.preview'> = async (params, { sessions, options }) => {
  const { keys, limit = PREVIEW_LIMIT, maxChars = PREVIEW_CHARS } = params;
  const previews = [];
  // One after the other: a client that asks for many is the one that waits.
  for (const key of keys) previews.push(await sessions.preview(key, { limit, maxChars }));
  return { ts: options.clock.now(), previews };
};

export const sessionsReset: Method<'sessions.reset'> = async ({ key }, state) => {
  const done = await state.sessions.reset(key);
  healthMayHaveChanged(state);
  return { ok: true, ...done };
};

export const sessionsDelete: Method<'sessions.delete'> = async ({ key, deleteTranscript = true }, state) => {
  const done = await state.sessions.delete(key, deleteTranscript);
  healthMayHaveChanged(state);
  return { ok: true, ...done };
};

function isMeant(key: string, entry: SessionEntry, params: SessionsListParams, now: number): boolean {
  const { activeMinutes, includeGlobal, includeUnknown, label, spawnedBy, search } = params;
  if ((key === 'global' && !includeGlobal) || (key === 'unknown' && !includeUnknown)) return false;
  if (label !== undefined && entry.label !== label) return false;
  if (spawnedBy !== undefined && entry.spawnedBy !== spawnedBy) return false;
  if (activeMinutes !== undefined && (stampOf(entry.updatedAt) ?? 0) < now - activeMinutes * 60_000) return false;
  const words = [key, entry.label, entry.displayName].join('\n').toLowerCase();
  return search === undefined || words.includes(search.toLowerCase());
}

/** Fields of an entry that a row shows. */
const SHOWN = ['sessionId', 'label', 'displayName', 'channel', 'model', 'thinkingLevel', 'lastChannel', 'lastTo'] as const;

function rowOf(key: string, entry: SessionEntry): SessionRow {
  const shown = SHOWN.filter((field) => typeof entry[field] === 'string' && entry[field] !== '');
  return {
    key,
    kind: kindOf(key),
    updatedAt: stampOf(entry.updatedAt),
    ...Object.fromEntries(shown.map((field) => [field, entry[field]])),
  };
}
