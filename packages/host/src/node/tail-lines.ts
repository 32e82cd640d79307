import { open } from 'node:fs/promises';

export interface TailQuery {
  /** Byte offset to read from; without it, the last lines. */
  cursor?: number | undefined;
  limit?: number | undefined;
  maxBytes?: number | undefined;
}

export interface TailPage {
  file: string;
  /** Where the next query goes on: behind the last whole line. */
  cursor: number;
  size: number;
  lines: string[];
  /** Older lines were left out. */
  truncated: boolean;
  /** The file is shorter than the cursor: it was replaced. */
  reset: boolean;
}

const DEFAULT_LIMIT = 500;
const DEFAULT_BYTES = 250_000;
const LINE_END = 10;

/** A page of a log file. Reads no more than maxBytes, whatever the size of the file. @throws the error of open(2) */
export async function tailLines(file: string, query: TailQuery): Promise<TailPage> {
  const { cursor, limit = DEFAULT_LIMIT, maxBytes = DEFAULT_BYTES } = query;
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const reset = cursor !== undefined && cursor > size;
    const wanted = cursor === undefined || reset ? 0 : cursor;
    const start = Math.max(wanted, size - maxBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    const text = buffer.subarray(0, bytesRead);
    // A start in the middle of a line belongs to the lines left out.
    const first = start > wanted ? text.indexOf(LINE_END) + 1 : 0;
    const last = text.lastIndexOf(LINE_END) + 1;
    const all =
      last > first
        ? text
            .subarray(first, last - 1)
            .toString('utf8')
            .split('\n')
        : [];
    const lines = all.slice(-limit);
    return { file, cursor: start + last, size, lines, truncated: start > wanted || lines.length < all.length, reset };
  } finally {
    await handle.close();
  }
}
