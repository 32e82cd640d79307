import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { lastWords, olderPath } from '@polygate/core/supervise';

const TAIL_BYTES = 16 * 1024;

/**
 * What a child said last: the last line of its log that says something (at most 500 characters, secrets masked). Reads 16 KiB,
 * however long the log is, and none behind `end`, where the next child's words may begin; of the older file when the log was
 * turned over just now. null when there is none, or it cannot be read.
 */
export async function lastLine(log: string, secrets: Iterable<string>, end?: number): Promise<string | null> {
  const masked = [...secrets];
  return (await lastOf(log, masked, end)) ?? (await lastOf(olderPath(log, 1), masked));
}

/** How far a log goes now: what a successor appends is not of the one that died. */
export function sizeOf(log: string): number {
  return statSync(log, { throwIfNoEntry: false })?.size ?? 0;
}

async function lastOf(file: string, secrets: readonly string[], end = Number.POSITIVE_INFINITY): Promise<string | null> {
  try {
    const handle = await open(file, 'r');
    try {
      const size = Math.min(end, (await handle.stat()).size);
      const start = Math.max(0, size - TAIL_BYTES);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
      return lastWords(buffer.subarray(0, bytesRead).toString('utf8'), secrets, start > 0);
    } finally {
      await handle.close();
    }
  } catch {
    // The last words are for people to read; nothing depends on them.
    return null;
  }
}
