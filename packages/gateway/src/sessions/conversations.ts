import type { Keep } from '../kept.ts';
import type { GatewayOptions } from '../options.ts';
import type { Said } from '../turns/provider.ts';
import type { SessionEntry } from './index-file.ts';
import type { Sessions } from './sessions.ts';
import { messagesIn, saidIn } from './transcript.ts';

/** Bytes and lines of a transcript that are read: its end. */
const MOST_READ = { maxBytes: 1_000_000, limit: 1_000 };
/** Characters of a conversation that a model is told again. */
const MOST_CONTEXT = 200_000;
const TRANSCRIPT_VERSION = 3;

/** One message as it is written down. */
export interface Added {
  id: string;
  role: 'user' | 'assistant';
  text: string;
  stopReason?: string;
  provider?: string;
  model?: string;
  usage?: { input: number; output: number };
}

interface ConversationsOptions {
  keep: Keep;
  tailLog: GatewayOptions['tailLog'];
  sessions: Sessions;
  now(): number;
}

/** What is said with the agents, written down line by line where the family has it. */
export class Conversations {
  readonly #options: ConversationsOptions;

  constructor(options: ConversationsOptions) {
    this.#options = options;
  }

  /** A conversation, begun where there is none. @throws WireError UNAVAILABLE where the index cannot be read */
  async open(agentId: string, key: string, via?: { channel: string; to: string }): Promise<Conversation> {
    const about: SessionEntry = via ? { channel: via.channel, lastChannel: via.channel, lastTo: via.to } : {};
    const { sessionId } = await this.#options.sessions.note(key, about);
    return new Conversation(this.#options, agentId, sessionId);
  }

  /** The last messages of a conversation as they were written, none where there is none. */
  async history(key: string, { limit, maxBytes }: { limit: number; maxBytes: number }): Promise<History> {
    const { sessions } = this.#options;
    const found = await sessions.entryOf(key);
    if (!found?.sessionId) return { messages: [] };
    const lines = await readLines(this.#options, found.agentId, found.sessionId);
    const messages: unknown[] = [];
    let bytes = 0;
    for (const { message } of messagesIn(lines).slice(-limit).reverse()) {
      bytes += Buffer.byteLength(JSON.stringify(message));
      if (bytes > maxBytes) break;
      messages.unshift(message);
    }
    const { thinkingLevel } = found.entry;
    return { sessionId: found.sessionId, messages, ...(typeof thinkingLevel === 'string' ? { thinkingLevel } : {}) };
  }
}

export interface History {
  sessionId?: string;
  messages: unknown[];
  thinkingLevel?: string;
}

/** One conversation, while a turn of it goes on. */
export class Conversation {
  readonly sessionId: string;
  readonly #options: ConversationsOptions;
  readonly #agentId: string;
  #known: Set<string> | undefined;
  #last: string | undefined;

  constructor(options: ConversationsOptions, agentId: string, sessionId: string) {
    this.#options = options;
    this.#agentId = agentId;
    this.sessionId = sessionId;
  }

  /**
   * What was said, as far back as a model is told of it. Without the message of this id and what followed it: a turn that a
   * killed gateway had begun is taken again.
   */
  async said({ butNot }: { butNot: string }): Promise<Said[]> {
    const entries = messagesIn(await readLines(this.#options, this.#agentId, this.sessionId));
    const ids = entries.flatMap(({ id }) => (id === undefined ? [] : [id]));
    this.#known = new Set(ids);
    this.#last = ids.at(-1);
    const again = entries.findIndex(({ id }) => id === butNot);
    return saidIn(again === -1 ? entries : entries.slice(0, again), MOST_CONTEXT);
  }

  /** Writes a message down; one that is written already, once. */
  async add({ id, role, text, ...about }: Added): Promise<void> {
    if (this.#known?.has(id)) return;
    const { keep, now } = this.#options;
    const timestamp = now();
    const time = new Date(timestamp).toISOString();
    const lines: unknown[] = [];
    if (this.#known?.size === 0)
      lines.push({ type: 'session', version: TRANSCRIPT_VERSION, id: this.sessionId, timestamp: time });
    const message = { role, content: [{ type: 'text', text }], timestamp, ...about };
    lines.push({ type: 'message', id, parentId: this.#last ?? null, timestamp: time, message });
    await keep.append(transcriptOf(this.#agentId, this.sessionId), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    this.#known?.add(id);
    this.#last = id;
  }
}

const transcriptOf = (agentId: string, sessionId: string) => `agents/${agentId}/sessions/${sessionId}.jsonl`;

async function readLines({ tailLog, sessions }: ConversationsOptions, agentId: string, sessionId: string): Promise<string[]> {
  try {
    return (await tailLog(sessions.transcriptPath(agentId, sessionId), MOST_READ)).lines;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
