const MASK = '***';

/**
 * Takes a key out of a text that comes in pieces: whoever was shown it may repeat it, and what a model says is kept and told. What may
 * be the beginning of one waits for the next piece.
 */
export class KeyMask {
  readonly #key: string;
  #held = '';

  constructor(key: string) {
    this.#key = key;
  }

  /** What can be told by now. */
  take(text: string): string {
    const all = (this.#held + text).replaceAll(this.#key, MASK);
    const kept = this.#beginningAtEnd(all);
    this.#held = all.slice(all.length - kept);
    return all.slice(0, all.length - kept);
  }

  /** What was held back, when nothing more comes. */
  rest(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }

  /** How much of its end is how the key begins. */
  #beginningAtEnd(text: string): number {
    for (let length = Math.min(this.#key.length - 1, text.length); length > 0; length -= 1)
      if (text.endsWith(this.#key.slice(0, length))) return length;
    return 0;
  }
}
