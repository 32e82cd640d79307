import type { Clock } from '@polygate/host';
import { type Keep, Kept } from '../kept.ts';
import type { Log } from '../log.ts';
import { backoffMs, pause } from './pause.ts';
import { NotSent } from './send-error.ts';

/** A message that came and is not answered to the end. */
export interface Item {
  id: string;
  chat: string;
  /** The conversation that it belongs to. */
  sessionKey: string;
  text: string;
  /** What is still to be sent of the answer; undefined: there is none yet. */
  answer?: string[];
}

interface Book {
  /** Where the channel goes on to ask, in its own way. */
  cursor: number;
  /** Of the last messages that were answered: those that come again are known. */
  done: string[];
  items: Item[];
}

const MOST_DONE = 500;
/** With more than this to do no more is asked for. */
const MOST_ITEMS = 200;

export interface InboxOptions {
  keep: Keep;
  /** File of the channel in the state directory. */
  name: string;
  log: Log;
  clock: Clock;
  /** The answer in pieces; `later`: it is asked for again after the next start. */
  answer(item: Item): Promise<string[] | 'later'>;
  send(chat: string, text: string, key: string): Promise<unknown>;
}

/**
 * Every message that came, until it is answered: written down before the other side is told that it came, and known again by its
 * id. So one that comes is answered once, whenever the gateway is stopped or killed. Only what was being sent when it was
 * killed is sent again: whether that arrived nobody knows.
 */
export class Inbox {
  readonly #kept: Kept<Book>;
  readonly #options: InboxOptions;
  readonly #stop = new AbortController();
  readonly #lines = new Map<string, Promise<void>>();
  #wake: (() => void)[] = [];

  private constructor(kept: Kept<Book>, options: InboxOptions) {
    this.#kept = kept;
    this.#options = options;
  }

  static async open(options: InboxOptions): Promise<Inbox> {
    const { keep, name, log } = options;
    const onBroken = (path: string) => log.warn(`what was to be answered cannot be read and was moved to ${path}`);
    const empty: Book = { cursor: 0, done: [], items: [] };
    return new Inbox(await Kept.open(keep, name, { empty, isValue: isBook, onBroken }), options);
  }

  get cursor(): number {
    return this.#kept.value.cursor;
  }

  /** Goes on with what an earlier run left. */
  start(): void {
    for (const item of this.#kept.value.items) this.#work(item);
  }

  /** Resolves when nothing goes on any more; what is not done is done after the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const wake of this.#wake.splice(0)) wake();
    await Promise.all(this.#lines.values());
  }

  /** Takes what came, each message once. Resolves when it is written down. */
  async take(came: readonly Item[], cursor?: number): Promise<void> {
    const { done, items, cursor: before } = this.#kept.value;
    const known = new Set([...done, ...items.map(({ id }) => id)]);
    const fresh = came.filter(({ id }) => !known.has(id) && known.add(id));
    const next = cursor ?? before;
    if (fresh.length === 0 && next === before) return;
    await this.#kept.set({ done, items: [...items, ...fresh], cursor: next });
    for (const item of fresh) this.#work(item);
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (this.#kept.value.items.length >= MOST_ITEMS && !this.#stop.signal.aborted)
      await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  /** Messages of one chat are answered one after the other. */
  #work({ id, chat }: Item): void {
    const before = this.#lines.get(chat) ?? Promise.resolve();
    const done = before
      .then(() => this.#do(id))
      .catch((error: Error) => this.#options.log.error(`not answered: ${error.message}`));
    this.#lines.set(chat, done);
    void done.then(() => this.#lines.get(chat) === done && this.#lines.delete(chat));
  }

  async #do(id: string): Promise<void> {
    const item = this.#find(id);
    if (!item || this.#stop.signal.aborted) return;
    if (!item.answer) {
      const answer = await this.#options.answer(item);
      if (answer === 'later') return;
      await this.#change(id, { ...item, answer });
    }
    for (let rest = this.#find(id)?.answer ?? []; rest.length > 0; rest = rest.slice(1)) {
      if (!(await this.#send(item, rest))) return;
      if (rest.length > 1) await this.#change(id, { ...item, answer: rest.slice(1) });
    }
    await this.#change(id, undefined);
  }

  /** False when it is stopped before that is sent. */
  async #send({ id, chat }: Item, [text = '', ...after]: readonly string[]): Promise<boolean> {
    const { log, clock, send } = this.#options;
    for (let failures = 1; !this.#stop.signal.aborted; failures += 1) {
      try {
        await send(chat, text, `${id}:${after.length}`);
        return true;
      } catch (error) {
        const again = !(error instanceof NotSent) || error.shape.retryable === true;
        log.warn(`an answer was not sent${again ? ' yet' : ''}: ${(error as Error).message}`);
        if (!again) return true;
        await pause(backoffMs(failures, clock.random), this.#stop.signal);
      }
    }
    return false;
  }

  #find(id: string): Item | undefined {
    return this.#kept.value.items.find((item) => item.id === id);
  }

  /** undefined: it is done. */
  async #change(id: string, next: Item | undefined): Promise<void> {
    const { cursor, done, items } = this.#kept.value;
    const others = items.flatMap((item) => (item.id !== id ? [item] : next ? [next] : []));
    await this.#kept.set({ cursor, done: next ? done : [...done, id].slice(-MOST_DONE), items: others });
    if (!next) for (const wake of this.#wake.splice(0)) wake();
  }
}

function isBook(value: unknown): value is Book {
  const { cursor, done, items } = (value ?? {}) as Partial<Book>;
  const isItem = ({ id, chat, sessionKey, text, answer }: Item) =>
    [id, chat, sessionKey, text].every((each) => typeof each === 'string') && (answer === undefined || Array.isArray(answer));
  return Number.isInteger(cursor) && Array.isArray(done) && Array.isArray(items) && items.every((each) => !!each && isItem(each));
}
