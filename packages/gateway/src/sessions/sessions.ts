import type { SessionPreview, SessionStore } from '@polygate/protocol';
import type { Agents } from '../agents.ts';
import type { Keep } from '../kept.ts';
import type { GatewayOptions } from '../options.ts';
import { WireError } from '../wire-error.ts';
import { type Change, Changes } from './changes.ts';
import { begunAnew, isSessionId, parseIndex, type SessionEntry, type SessionIndex } from './index-file.ts';
import { mainKeyOf, readKey, type SessionName } from './keys.ts';
import { isOneOff, withoutOldOneOffs } from './one-off.ts';
import { lastMessages } from './transcript.ts';

/** Conversations that a summary names. */
const MOST_RECENT = 5;
/** Bytes of a transcript that are read for its last messages. */
const PREVIEW_BYTES = 250_000;
const PREVIEW_LINES = 1_000;

export interface SessionsOptions {
  keep: Keep;
  tailLog: GatewayOptions['tailLog'];
  stateDir: string;
  agents(): Agents;
  now(): number;
}

/**
 * The conversations of the agents: an index and a transcript of JSON lines for each, in `agents/<agent>/sessions` of the state
 * directory, as the family has them. The files are the truth: they are read anew whenever they are asked for.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #seen = new Map<string, Seen>();
  readonly #changes: Changes;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#changes = new Changes({
      read: (agentId) => this.indexOf(agentId),
      write: async (agentId, index) => {
        await options.keep.write(`agents/${agentId}/sessions/sessions.json`, `${JSON.stringify(index, null, 2)}\n`);
        this.#seen.set(agentId, seenIn(index));
      },
    });
  }

  /** What `health` and `status` tell of an agent's conversations, as they were when last looked at. */
  summaryOf(agentId: string): SessionStore {
    const { count, recent } = this.#seen.get(agentId) ?? { count: 0, recent: [] };
    const now = this.#options.now();
    return {
      path: this.#pathOf(`${agentId}/sessions/sessions.json`),
      count,
      recent: recent.map((row) => ({ ...row, age: row.updatedAt === null ? null : Math.max(0, now - row.updatedAt) })),
    };
  }

  /** Looks at the index of every agent. @throws WireError UNAVAILABLE where one cannot be read; the others are looked at all the same */
  async refresh(): Promise<void> {
    const looked = await Promise.allSettled(this.#options.agents().agents.map(({ id }) => this.indexOf(id)));
    for (const result of looked) if (result.status === 'rejected') throw result.reason;
  }

  /** The index of an agent, from disk. @throws WireError UNAVAILABLE */
  async indexOf(agentId: string): Promise<SessionIndex> {
    const index = parseIndex(await this.#read(`${agentId}/sessions/sessions.json`));
    if (!index) throw unreadable(`agents/${agentId}/sessions/sessions.json is not a JSON object`);
    this.#seen.set(agentId, seenIn(index));
    return index;
  }

  /** The last messages of a conversation. */
  async preview(key: string, shown: { limit: number; maxChars: number }): Promise<SessionPreview> {
    const name = readKey(key, this.#options.agents());
    const index = name ? await this.indexOf(name.agentId).catch(() => undefined) : {};
    if (!index) return { key, status: 'error', items: [] };
    const entry = name && ownEntry(index, name.key);
    if (!name || !entry) return { key, status: 'missing', items: [] };
    if (!isSessionId(entry.sessionId)) return { key, status: 'empty', items: [] };
    const file = this.#pathOf(transcriptOf(name.agentId, entry.sessionId));
    try {
      const { lines } = await this.#options.tailLog(file, { limit: PREVIEW_LINES, maxBytes: PREVIEW_BYTES });
      const items = lastMessages(lines, shown);
      return { key, status: items.length > 0 ? 'ok' : 'empty', items };
    } catch (error) {
      return { key, status: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'empty' : 'error', items: [] };
    }
  }

  /** The entry of a conversation; undefined where there is none. @throws WireError UNAVAILABLE where the index cannot be read */
  async entryOf(key: string): Promise<{ agentId: string; entry: SessionEntry; sessionId: string | undefined } | undefined> {
    const name = readKey(key, this.#options.agents());
    const entry = name && ownEntry(await this.indexOf(name.agentId), name.key);
    if (!name || !entry) return undefined;
    return { agentId: name.agentId, entry, sessionId: isSessionId(entry.sessionId) ? entry.sessionId : undefined };
  }

  /** The key of the conversation that has this id now. */
  async keyOf(sessionId: string): Promise<string | undefined> {
    for (const { id } of this.#options.agents().agents) {
      const found = Object.entries(await this.indexOf(id)).find(([, entry]) => entry.sessionId === sessionId);
      if (found) return found[0];
    }
    return undefined;
  }

  /** Notes that something is said in a conversation, which is begun where there is none. @throws WireError */
  async note(key: string, about: SessionEntry): Promise<{ sessionId: string }> {
    const { sessionId, gone } = await this.#change(key, (index, name) => {
      const before = ownEntry(index, name.key);
      const now = this.#options.now();
      const begun = before && isSessionId(before.sessionId) ? before : begunAnew(before, now);
      const entry = { ...begun, ...about, updatedAt: now };
      const after = { ...index, [name.key]: entry };
      const kept = !before && isOneOff(name.key) ? withoutOldOneOffs(after) : { index: after, gone: [] };
      const transcripts = kept.gone
        .map((each) => index[each]?.sessionId)
        .filter(isSessionId)
        .map((id) => `agents/${transcriptOf(name.agentId, id)}`);
      return { index: kept.index, result: { sessionId: String(entry.sessionId), gone: transcripts } };
    });
    // Whoever says something need not wait for it, and one that stays is one file.
    for (const transcript of gone) this.#options.keep.discard(transcript).catch(() => undefined);
    return { sessionId };
  }

  /** Where the transcript of a conversation is. */
  transcriptPath(agentId: string, sessionId: string): string {
    return this.#pathOf(transcriptOf(agentId, sessionId));
  }

  /** Begins a conversation anew. @throws WireError INVALID_REQUEST for one that is not there; the main one is made */
  reset(key: string): Promise<{ key: string; entry: SessionEntry }> {
    return this.#change(key, (index, name) => {
      const before = ownEntry(index, name.key);
      if (!before && name.key !== mainKeyOf(name.agentId))
        throw new WireError('INVALID_REQUEST', `unknown session: ${clipped(key)}`);
      const entry = begunAnew(before, this.#options.now());
      return { index: { ...index, [name.key]: entry }, result: { key: name.key, entry } };
    });
  }

  /** Forgets a conversation, and sets its transcript aside. @throws WireError INVALID_REQUEST for the main one */
  async delete(key: string, withTranscript: boolean): Promise<{ key: string; deleted: boolean; archived: string[] }> {
    const { name, entry } = await this.#change(key, (index, name) => {
      if (name.key === mainKeyOf(name.agentId))
        throw new WireError('INVALID_REQUEST', `Cannot delete the main session (${name.key}).`);
      const entry = ownEntry(index, name.key);
      const { [name.key]: _, ...rest } = index;
      return { index: entry ? rest : index, result: { name, entry } };
    });
    const archived: string[] = [];
    if (entry && withTranscript && isSessionId(entry.sessionId)) {
      const transcript = `agents/${transcriptOf(name.agentId, entry.sessionId)}`;
      const moved = await this.#options.keep.setAside(transcript, 'deleted');
      if (moved !== undefined) archived.push(moved);
    }
    return { key: name.key, deleted: entry !== undefined, archived };
  }

  async #change<T>(key: string, change: (index: SessionIndex, name: SessionName) => ReturnType<Change<T>>): Promise<T> {
    const name = readKey(key, this.#options.agents());
    if (!name) throw new WireError('INVALID_REQUEST', `unknown session: ${clipped(key)}`);
    return this.#changes.make(name.agentId, (index) => change(index, name));
  }

  async #read(name: string): Promise<string | undefined> {
    try {
      return await this.#options.keep.read(`agents/${name}`);
    } catch (error) {
      throw unreadable((error as Error).message);
    }
  }

  #pathOf(name: string): string {
    return `${this.#options.stateDir}/agents/${name}`;
  }
}

interface Seen {
  count: number;
  recent: { key: string; updatedAt: number | null }[];
}

function seenIn(index: SessionIndex): Seen {
  const rows = Object.entries(index).map(([key, { updatedAt }]) => ({ key, updatedAt: stampOf(updatedAt) }));
  const recent = rows.sort((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0)).slice(0, MOST_RECENT);
  return { count: rows.length, recent };
}

const transcriptOf = (agentId: string, sessionId: string) => `${agentId}/sessions/${sessionId}.jsonl`;
const ownEntry = (index: SessionIndex, key: string) => (Object.hasOwn(index, key) ? index[key] : undefined);
const unreadable = (why: string) => new WireError('UNAVAILABLE', `the session store cannot be read: ${why}`);
const clipped = (key: string) => key.slice(0, 100);

/** A stamp as a client may rely on it. */
export const stampOf = (updatedAt: unknown): number | null =>
  typeof updatedAt === 'number' && Number.isInteger(updatedAt) && updatedAt >= 0 ? updatedAt : null;
