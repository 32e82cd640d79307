import { randomBytes } from 'node:crypto';

/** Held by this machine itself: a browser on it needs an address that no page of elsewhere can guess. */
const THIS_MACHINE = Symbol('this machine');

/**
 * Keys that open the canvas, and nothing else of the gateway: parts of an address, as what shows a canvas often cannot send a header.
 * One is good for as long as the client is connected that it was given to.
 */
export class CanvasKeys {
  readonly #keys = new Map<string | symbol, string>();
  readonly #holders = new Map<string, string | symbol>();

  /** The key of a client, by the id of its connection: the same one again for the same client. */
  of(connId: string): string {
    return this.#keyOf(connId);
  }

  /** The key of whoever is on this machine. */
  local(): string {
    return this.#keyOf(THIS_MACHINE);
  }

  /** Does it open the canvas for somebody who is, or is not, on this machine? */
  opens(key: string, isLocal: boolean): boolean {
    const holder = this.#holders.get(key);
    return holder === THIS_MACHINE ? isLocal : holder !== undefined;
  }

  /** The client is gone. */
  drop(connId: string): void {
    const key = this.#keys.get(connId);
    if (key === undefined) return;
    this.#keys.delete(connId);
    this.#holders.delete(key);
  }

  #keyOf(holder: string | symbol): string {
    const known = this.#keys.get(holder);
    if (known !== undefined) return known;
    const key = randomBytes(18).toString('base64url');
    this.#keys.set(holder, key);
    this.#holders.set(key, holder);
    return key;
  }
}
