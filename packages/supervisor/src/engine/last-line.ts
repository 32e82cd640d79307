import { closeSync, openSync, readSync, statSync } from 'node:fs';

const TAIL_BYTES = 4096;

/** How far a log goes now: what a successor appends is not of the one that died. */
export function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** The last line before `end` that is not empty, with secrets masked; null when there is none. Looks at the last 4 kB. */
export async function readLastLine(file: string, secrets: readonly string[], end: number): Promise<string | null> {
  try {
    const fd = openSync(file, 'r');
    try {
      const start = Math.max(0, end - TAIL_BYTES);
      const buffer = Buffer.alloc(end - start);
      const text = buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, start));
      const line = text.trimEnd().split('\n').at(-1)?.trim() ?? '';
      return line === '' ? null : secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), line);
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}
