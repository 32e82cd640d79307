import path from 'node:path';
import type { OutputSpec } from '@polygate/core/supervise';
import {
  type Interrupted,
  LEFTOVERS,
  type Leftover,
  leftoverPath,
  olderNumbers,
  olderPath,
  settleTurn,
  shift,
  wholeLines,
} from '@polygate/core/supervise';
import type { LogSystem } from './log-system.ts';

export type LogPlace = Pick<OutputSpec, 'path' | 'keep'>;
type LogFs = LogSystem['fs'];

/** A line this long is looked for; a longer one may be cut. */
export const LONGEST_LINE: number = 2 ** 20;
const CHUNK = 2 ** 20;

/** A turn of this log is half done. */
export const hasLeftovers = ({ path: log }: LogPlace, fs: LogFs): boolean =>
  LEFTOVERS.some((phase) => exists(leftoverPath(log, phase), fs));

/** Goes on with, or takes back, every turn of this log that is half done. */
export function settleLeftovers(place: LogPlace, fs: LogFs): void {
  for (const phase of ['done', 'whole', 'part'] as const)
    if (exists(leftoverPath(place.path, phase), fs)) settleOne(place, phase, fs);
}

function settleOne(place: LogPlace, phase: Leftover, fs: LogFs): void {
  const copy = leftoverPath(place.path, phase);
  const settlement = phase === 'whole' ? withBoth(place.path, copy, fs, settleWhole) : settleTurn({ ...NOTHING, phase });
  if (settlement === 'discard') fs.unlinkSync(copy);
  else numberOne(place, phase, fs);
}

const NOTHING: Interrupted = { phase: 'part', logHoldsAll: false, restBytes: 0, restInLog: 0, logBytes: 0 };

function settleWhole(log: number, copy: number, fs: LogFs) {
  const size = fs.fstatSync(copy).size;
  const logBytes = fs.fstatSync(log).size;
  const rest = restOf(copy, size, fs);
  const restInLog = prefixLength(log, rest, logBytes, fs);
  const logHoldsAll = logBytes >= size && sameBytes(log, copy, size, fs);
  const settlement = settleTurn({ phase: 'whole', logHoldsAll, restBytes: rest.length, restInLog, logBytes });
  if (settlement === 'put-back') writeAll(log, rest.subarray(restInLog), restInLog, fs);
  if (settlement === 'put-back' || settlement === 'cut') fs.ftruncateSync(copy, size - rest.length);
  return settlement;
}

/** What stands behind the last whole line of a copy: the beginning of a line whose end is yet to come. */
export function restOf(copy: number, size: number, fs: LogFs): Buffer {
  const tail = Buffer.alloc(Math.min(size, LONGEST_LINE));
  const length = fs.readSync(copy, tail, 0, tail.length, size - tail.length);
  const end = wholeLines(tail.subarray(0, length));
  // No end of a line as far as one looks: it is cut.
  return end === 0 && size > LONGEST_LINE ? Buffer.alloc(0) : tail.subarray(end, length);
}

/** The copy becomes number 1, and each older one moves on. */
export function numberOne({ path: log, keep }: LogPlace, phase: Leftover | undefined, fs: LogFs): void {
  const from = phase === undefined ? log : leftoverPath(log, phase);
  if (keep === 0) {
    fs.unlinkSync(from);
    return;
  }
  const folder = path.dirname(log);
  const { moves, drops } = shift(olderNumbers(fs.readdirSync(folder) as string[], path.basename(log)), keep);
  for (const { from: a, to: b } of moves) fs.renameSync(olderPath(log, a), olderPath(log, b));
  fs.renameSync(from, olderPath(log, 1));
  for (const number of drops) fs.unlinkSync(olderPath(log, number));
}

export function writeAll(file: number, bytes: Uint8Array, position: number, fs: LogFs): void {
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(file, bytes, at, bytes.length - at, position + at);
}

function exists(file: string, fs: LogFs): boolean {
  try {
    fs.closeSync(fs.openSync(file, 'r'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function withBoth<T>(log: string, copy: string, fs: LogFs, body: (log: number, copy: number, fs: LogFs) => T): T {
  const copyHandle = fs.openSync(copy, 'r+');
  try {
    // It may have been removed meanwhile: then it holds nothing.
    const logHandle = exists(log, fs) ? fs.openSync(log, 'r+') : fs.openSync(log, 'wx+', 0o600);
    try {
      return body(logHandle, copyHandle, fs);
    } finally {
      fs.closeSync(logHandle);
    }
  } finally {
    fs.closeSync(copyHandle);
  }
}

/** How many of the bytes the file begins with. */
function prefixLength(file: number, bytes: Buffer, fileSize: number, fs: LogFs): number {
  const start = Buffer.alloc(Math.min(bytes.length, fileSize));
  fs.readSync(file, start, 0, start.length, 0);
  return start.equals(bytes.subarray(0, start.length)) ? start.length : 0;
}

function sameBytes(a: number, b: number, size: number, fs: LogFs): boolean {
  const [left, right] = [Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)];
  for (let at = 0; at < size; at += CHUNK) {
    const length = Math.min(CHUNK, size - at);
    fs.readSync(a, left, 0, length, at);
    fs.readSync(b, right, 0, length, at);
    if (!left.subarray(0, length).equals(right.subarray(0, length))) return false;
  }
  return true;
}
