import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** One log in several files: gateway-<day>.log, or console.log and the older ones that it was turned over into. */
export type LogSource = 'gateway' | 'console';

export interface LogFile {
  path: string;
  /** The same for the same content, under whatever number it goes by. */
  key: string;
  size: number;
  modifiedMs: number;
}

export interface LogFiles {
  /** The oldest first; what is written now is the last. */
  files: LogFile[];
  /** It is being turned over in this moment: wait. */
  busy: boolean;
}

/** Key of the file that is written now. */
export const CURRENT = 'console.log';
const BUSY = `${CURRENT}.1.whole`;
/** It takes 50 ms. */
const BUSY_MS = 1_000;
const OLDER = /^console\.log\.(?:([1-9]\d{0,3})|1\.done)$/;
const DATED = /^gateway-\d{4}-\d{2}-\d{2}\.log$/;

/** The files of a log, as they are now; none when there is no such log. */
export function filesOf(directory: string, source: LogSource): LogFiles {
  const names = namesIn(directory);
  const wanted = source === 'gateway' ? names.filter((name) => DATED.test(name)).sort() : consoleNames(names);
  const files = wanted.flatMap((name) => {
    const file = path.join(directory, name);
    const found = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (!found?.isFile()) return [];
    // A copy keeps its inode and the time of its last byte when it moves on; an inode alone may be used again.
    const key = OLDER.test(name) ? `${found.ino}:${found.mtimeNs}` : name;
    return [{ path: file, key, size: Number(found.size), modifiedMs: Number(found.mtimeMs) }];
  });
  return source === 'console' && names.includes(BUSY) ? withBusy(directory, files) : { files, busy: false };
}

/**
 * All of the log is in a copy, and it is emptied in this moment. A copy that stays so was left by a supervisor that was killed:
 * it counts when the log was emptied already.
 */
function withBusy(directory: string, files: LogFile[]): LogFiles {
  const file = path.join(directory, BUSY);
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (!found) return { files, busy: false };
  if (Date.now() - Number(found.ctimeMs) < BUSY_MS) return { files, busy: true };
  const size = Number(found.size);
  const current = files.at(-1);
  if (current?.key === CURRENT && current.size >= size) return { files, busy: false };
  const left = { path: file, key: `${found.ino}:${found.mtimeNs}`, size, modifiedMs: Number(found.mtimeMs) };
  const older = files.filter(({ key }) => key !== CURRENT);
  return { files: [...older, left, ...(current?.key === CURRENT ? [current] : [])], busy: false };
}

function consoleNames(names: readonly string[]): string[] {
  // A copy that only lacks its number comes right before the log.
  const older = names.flatMap((name) => {
    const match = OLDER.exec(name);
    return match ? [{ name, number: Number(match[1] ?? 0) }] : [];
  });
  const sorted = older.sort((a, b) => b.number - a.number).map(({ name }) => name);
  return names.includes(CURRENT) ? [...sorted, CURRENT] : sorted;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
