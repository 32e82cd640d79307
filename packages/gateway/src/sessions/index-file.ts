import { randomUUID } from 'node:crypto';

/** An entry of the index. The family has many more fields in it: what is not known here is kept as it is. */
export interface SessionEntry {
  sessionId?: string;
  updatedAt?: number;
  label?: string;
  displayName?: string;
  channel?: string;
  spawnedBy?: string;
  [field: string]: unknown;
}

/** `sessions.json`: the conversations of an agent by their keys. */
export type SessionIndex = Record<string, SessionEntry>;

/** The index in this text; undefined where it is none. Entries that are none are left out. */
export function parseIndex(text: string | undefined): SessionIndex | undefined {
  if (text === undefined || text.trim() === '') return {};
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value).filter(([, entry]) => typeof entry === 'object' && entry !== null));
  } catch {
    return undefined;
  }
}

/** What a conversation keeps when it begins anew: how it is meant to go, not what was said. */
const SETTINGS = [
  'thinkingLevel',
  'verboseLevel',
  'reasoningLevel',
  'responseUsage',
  'model',
  'modelProvider',
  'contextTokens',
  'sendPolicy',
];
const ORIGIN = [
  'label',
  'displayName',
  'channel',
  'lastChannel',
  'lastTo',
  'lastAccountId',
  'spawnedBy',
  'chatType',
  'groupId',
  'subject',
];

/** The same conversation, with nothing said yet. */
export function begunAnew(entry: SessionEntry | undefined, now: number): SessionEntry {
  const kept = Object.entries(entry ?? {}).filter(([field]) => SETTINGS.includes(field) || ORIGIN.includes(field));
  return { ...Object.fromEntries(kept), sessionId: randomUUID(), updatedAt: now, systemSent: false, abortedLastRun: false };
}

/** A session id is the name of a file. */
export const isSessionId = (id: unknown): id is string => typeof id === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(id);
