import { WireError } from '../wire-error.ts';
import type { SessionIndex } from './index-file.ts';

/** Changes that wait, of all agents. */
const MOST_WAITING = 1_000;

/** What a change makes of an index. @throws WireError where it is refused: the index stays as it was */
export type Change<T> = (index: SessionIndex) => { index: SessionIndex; result: T };

interface Waiting {
  change: Change<unknown>;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

interface Disk {
  read(agentId: string): Promise<SessionIndex>;
  write(agentId: string, index: SessionIndex): Promise<void>;
}

/**
 * Changes of the indexes of agents, in the order in which they come. Those that come while one is written are written together
 * after it: however many there are, the disk is not what they wait for one by one.
 */
export class Changes {
  readonly #disk: Disk;
  /** By agent; an agent is in it while its changes are being made. */
  readonly #waiting = new Map<string, Waiting[]>();
  #count = 0;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Resolves when it is on disk. @throws WireError of the change, or UNAVAILABLE */
  async make<T>(agentId: string, change: Change<T>): Promise<T> {
    if (this.#count >= MOST_WAITING)
      throw new WireError('UNAVAILABLE', `too many changes of sessions wait (${MOST_WAITING})`, { retryable: true });
    this.#count += 1;
    return await new Promise<T>((resolve, reject) => {
      const waiting: Waiting = { change, resolve: resolve as Waiting['resolve'], reject };
      const queue = this.#waiting.get(agentId);
      if (queue) queue.push(waiting);
      else void this.#work(agentId, [waiting]);
    }).finally(() => {
      this.#count -= 1;
    });
  }

  async #work(agentId: string, first: Waiting[]): Promise<void> {
    let batch = first;
    while (batch.length > 0) {
      this.#waiting.set(agentId, []);
      await this.#makeAll(agentId, batch);
      batch = this.#waiting.get(agentId) ?? [];
    }
    this.#waiting.delete(agentId);
  }

  async #makeAll(agentId: string, batch: Waiting[]): Promise<void> {
    const made: (() => void)[] = [];
    try {
      const before = await this.#disk.read(agentId);
      let after = before;
      for (const { change, resolve, reject } of batch) {
        try {
          const { index, result } = change(after);
          after = index;
          made.push(() => resolve(result));
        } catch (error) {
          reject(error);
        }
      }
      if (after !== before) await this.#disk.write(agentId, after);
      for (const tell of made) tell();
    } catch (error) {
      // Those that were refused already stay so.
      for (const { reject } of batch) reject(error);
    }
  }
}
