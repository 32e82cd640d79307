/** Small files of the gateway in its state directory, whole or not at all, private. Names are paths below it. */
export interface Keep {
  /** undefined when there is none. */
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  /** Adds whole lines to the end of one, which is made where there is none. Where the last line was torn, they begin a new one. */
  append(name: string, lines: string): Promise<void>;
  /** A private directory, for files that a library keeps by itself; made where there is none. Gives its path. */
  directory(name: string): Promise<string>;
  /** Removes a file, or a directory with all that is in it. */
  discard(name: string): Promise<void>;
  /** Moves one out of the way, to a name that ends in the label (`broken`: it cannot be read); gives its new path, undefined when there is none. */
  setAside(name: string, label?: string): Promise<string | undefined>;
}

/** Written with every value, so that a later version can tell what it reads. */
const VERSION = 1;

/**
 * A value that outlives the gateway: read once, changed in memory, written whole after each change. Changes that come while one
 * is written are written together after it. `saved` rejects when the disk refused: the value in memory is then ahead of it.
 */
export class Kept<T extends object> {
  readonly #keep: Keep;
  readonly #name: string;
  #value: T;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(keep: Keep, name: string, value: T) {
    this.#keep = keep;
    this.#name = name;
    this.#value = value;
  }

  /** `isValue` tells whether what was read can be used; what cannot is set aside, and `onBroken` told where. */
  static async open<T extends object>(
    keep: Keep,
    name: string,
    { empty, isValue, onBroken }: { empty: T; isValue(value: unknown): value is T; onBroken(path: string): void },
  ): Promise<Kept<T>> {
    const text = await keep.read(name);
    if (text === undefined) return new Kept(keep, name, empty);
    const value = parse(text);
    if (isValue(value)) return new Kept(keep, name, value);
    onBroken((await keep.setAside(name)) ?? name);
    return new Kept(keep, name, empty);
  }

  get value(): T {
    return this.#value;
  }

  /** Takes a new value, and resolves when it is on disk. */
  set(value: T): Promise<void> {
    this.#value = value;
    if (this.#next) return this.#next;
    if (!this.#writing) return this.#write();
    this.#next = this.#writing
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#write();
      });
    return this.#next;
  }

  #write(): Promise<void> {
    const writing = this.#keep.write(this.#name, `${JSON.stringify({ version: VERSION, ...this.#value }, null, 2)}\n`);
    this.#writing = writing;
    const done = () => {
      if (this.#writing === writing) this.#writing = undefined;
    };
    writing.then(done, done);
    return writing;
  }
}

function parse(text: string): unknown {
  try {
    const { version, ...value } = JSON.parse(text) as { version?: unknown };
    return version === VERSION ? value : undefined;
  } catch {
    return undefined;
  }
}
