import { type LogEntry, parseLogLine } from '@polygate/core/logs';
import { readBytes } from './read-bytes.ts';
import type { LogStart } from './seek.ts';
import { CURRENT, filesOf, type LogFile, type LogFiles, type LogSource } from './series.ts';

export interface ReadLine {
  /** Milliseconds since 1970: its own time, or that of the line before it. */
  at: number;
  entry: LogEntry;
  raw: string;
}

const CHUNK = 256 * 1024;
/** What is longer is cut off there. */
const MOST_LINE = 256 * 1024;
const LINE_END = 10;

/**
 * Reads a log line by line, from one file into the next, and goes on where it ended when more was written: through a new day, a
 * log that was turned over (any number of times) and one that somebody emptied. Every line once. Holds one chunk.
 */
export class LogReader {
  readonly #directory: string;
  readonly #source: LogSource;
  #key: string;
  #offset: number;
  #at: number;
  /** Key of the newest older file when the current one was begun: when it changes, the log was turned over. */
  #anchor: string | undefined;
  #lines: string[] = [];
  /** Bytes of a line whose end is yet to come. */
  #held: Buffer = Buffer.alloc(0);
  #skipping = false;

  constructor(directory: string, source: LogSource, start: LogStart | undefined) {
    this.#directory = directory;
    this.#source = source;
    const { files } = filesOf(directory, source);
    this.#key = start?.key ?? (source === 'console' ? CURRENT : '');
    this.#offset = start?.offset ?? 0;
    this.#at = start?.at ?? 0;
    this.#anchor = newestOlder(files);
  }

  /** The log is being turned over in this moment: `next` has no line, and will have in some milliseconds. */
  get isBusy(): boolean {
    return filesOf(this.#directory, this.#source).busy;
  }

  /** The next line; undefined: none for now. */
  next(): ReadLine | undefined {
    while (this.#lines.length === 0) if (!this.#fill()) return undefined;
    return this.#told(this.#lines.shift() as string);
  }

  /** What stands behind the last whole line, where nothing comes after it. */
  rest(): ReadLine | undefined {
    if (this.#held.length === 0) return undefined;
    const raw = this.#held.toString('utf8');
    this.#held = Buffer.alloc(0);
    return this.#told(raw);
  }

  #told(raw: string): ReadLine {
    const entry = parseLogLine(raw);
    this.#at = entry.timeMs ?? this.#at;
    return { at: this.#at, entry, raw };
  }

  /** False: there is nothing more for now. */
  #fill(): boolean {
    const before = filesOf(this.#directory, this.#source);
    if (before.busy) return false;
    const index = this.#find(before.files);
    const file = before.files[index];
    if (file === undefined) return false;
    const bytes = readBytes(file.path, this.#offset, CHUNK);
    if (this.#moved(file, filesOf(this.#directory, this.#source))) return true;
    if (bytes.length > 0) {
      this.#offset += bytes.length;
      this.#take(bytes);
      return true;
    }
    const following = before.files[index + 1];
    if (following !== undefined) {
      this.#endOfFile();
      [this.#key, this.#offset, this.#anchor] = [following.key, 0, file.key];
      return true;
    }
    if (file.size >= this.#offset) return false;
    // Somebody emptied it.
    this.#endOfFile();
    this.#offset = 0;
    return true;
  }

  /** The file that is read now, under the name that it has by now. */
  #find(files: readonly LogFile[]): number {
    if (this.#source === 'console' && this.#key === CURRENT && newestOlder(files) !== this.#anchor) {
      const known = files.findIndex(({ key }) => key === this.#anchor);
      const was = files[known + 1];
      if (was !== undefined && was.key !== CURRENT) {
        this.#key = was.key;
        // The beginning of a line moved with its end: it is read once more there.
        this.#offset -= this.#held.length;
        this.#held = Buffer.alloc(0);
        // So many turns that the one before is gone: what is left is read from its beginning.
        if (known < 0 && this.#anchor !== undefined) this.#offset = 0;
        return known + 1;
      }
      this.#anchor = newestOlder(files);
    }
    const index = files.findIndex(({ key }) => key === this.#key);
    if (index >= 0 || files.length === 0) return index;
    // Gone, and all that was in it: the oldest that there is.
    if (this.#key !== CURRENT && files[0] !== undefined) {
      [this.#key, this.#offset] = [files[0].key, 0];
      this.#anchor = undefined;
      return 0;
    }
    return -1;
  }

  /** What was read may not be what it was taken for. */
  #moved(file: LogFile, after: LogFiles): boolean {
    if (this.#source === 'gateway') return false;
    if (file.key === CURRENT) return after.busy || newestOlder(after.files) !== this.#anchor;
    return after.files.find(({ key }) => key === file.key)?.path !== file.path;
  }

  /** What a finished file ends with is a line, whole or not. */
  #endOfFile(): void {
    if (this.#held.length > 0) this.#lines.push(this.#held.toString('utf8'));
    this.#held = Buffer.alloc(0);
    this.#skipping = false;
  }

  #take(bytes: Buffer): void {
    let at = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, at)) {
      if (!this.#skipping) this.#lines.push(Buffer.concat([this.#held, bytes.subarray(at, end)]).toString('utf8'));
      this.#skipping = false;
      this.#held = Buffer.alloc(0);
      at = end + 1;
    }
    if (this.#skipping) return;
    this.#held = Buffer.concat([this.#held, bytes.subarray(at)]);
    if (this.#held.length <= MOST_LINE) return;
    this.#lines.push(`${this.#held.subarray(0, MOST_LINE).toString('utf8')} …`);
    this.#held = Buffer.alloc(0);
    this.#skipping = true;
  }
}

const newestOlder = (files: readonly LogFile[]): string | undefined => files.findLast(({ key }) => key !== CURRENT)?.key;
