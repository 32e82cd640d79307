import { parseLogLine } from '@polygate/core/logs';
import { readBytes } from './read-bytes.ts';
import type { LogFile } from './series.ts';

/** So much is looked at in one go. */
const WINDOW = 64 * 1024;
/** Lines from the end are looked for within these last bytes, of all files together. */
const MOST_TAIL = 8 * 2 ** 20;
const LINE_END = 10;

export interface LogStart {
  key: string;
  offset: number;
  /** The time that lines without one have, until one has. */
  at: number;
}

/** Where the last lines of a log begin. Reads 8 MiB at most, whatever its size. undefined: there is nothing. */
export function seekLines(files: readonly LogFile[], lines: number): LogStart | undefined {
  let missing = lines;
  let budget = MOST_TAIL;
  let start: { file: LogFile; offset: number } | undefined;
  for (const file of files.toReversed()) {
    const found = backward(file, missing, budget);
    start = { file, offset: found.offset };
    missing -= found.lines;
    budget -= file.size - found.offset;
    if (missing <= 0 || found.offset > 0 || budget <= 0) break;
  }
  return start && placed(start.file, start.offset);
}

/** Where the lines of a time and later begin, or a little before. Reads some 64 KiB at twenty places, not the log. */
export function seekTime(files: readonly LogFile[], sinceMs: number, linesWithoutTime: number): LogStart | undefined {
  const recent = files.filter(({ modifiedMs }) => modifiedMs >= sinceMs);
  // The oldest of them whose own beginning is recent goes on from the one before it.
  const first = recent.findLastIndex((file) => (timeAt(file, 0) ?? Number.POSITIVE_INFINITY) < sinceMs);
  const file = recent[Math.max(0, first)];
  if (file === undefined) return undefined;
  // Without any time in it, the end is what is most likely meant.
  if (timeAt(file, Math.max(0, file.size - WINDOW)) === undefined && timeAt(file, 0) === undefined)
    return seekLines(recent, linesWithoutTime);
  let [low, high] = [0, file.size];
  while (high - low > WINDOW) {
    const middle = Math.floor((low + high) / 2);
    if ((timeAt(file, middle) ?? Number.POSITIVE_INFINITY) < sinceMs) low = middle;
    else high = middle;
  }
  return placed(file, low === 0 ? 0 : lineAfter(file, low));
}

const placed = (file: LogFile, offset: number): LogStart => ({
  key: file.key,
  offset,
  at: timeBefore(file, offset) ?? timeAt(file, offset, true) ?? file.modifiedMs,
});

/** Time of the first line that has one, of those that begin behind an offset. `atLine`: a line begins right there. */
function timeAt(file: LogFile, offset: number, atLine = offset === 0): number | undefined {
  const bytes = readBytes(file.path, offset, WINDOW);
  const begin = atLine ? 0 : bytes.indexOf(LINE_END) + 1;
  if (!atLine && begin === 0) return undefined;
  for (const line of bytes.subarray(begin).toString('utf8').split('\n')) {
    const { timeMs } = parseLogLine(line);
    if (timeMs !== undefined) return timeMs;
  }
  return undefined;
}

/** Time of the last line that has one, right before an offset: what follows it without a time belongs to it. */
function timeBefore(file: LogFile, offset: number): number | undefined {
  const start = Math.max(0, offset - WINDOW);
  const lines = readBytes(file.path, start, offset - start)
    .toString('utf8')
    .split('\n');
  return lines.map((line) => parseLogLine(line).timeMs).findLast((time) => time !== undefined);
}

function lineAfter(file: LogFile, offset: number): number {
  const found = readBytes(file.path, offset, WINDOW).indexOf(LINE_END);
  return found < 0 ? offset : offset + found + 1;
}

/** Where the last `lines` of a file begin, and how many of them were found. */
function backward(file: LogFile, lines: number, budget: number): { offset: number; lines: number } {
  const lowest = Math.max(0, file.size - budget);
  let found = 0;
  let begin = file.size;
  for (let end = file.size; end > lowest; ) {
    const start = Math.max(lowest, end - WINDOW);
    const bytes = readBytes(file.path, start, end - start);
    for (let at = bytes.lastIndexOf(LINE_END); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(LINE_END, at - 1)) {
      const behind = start + at + 1;
      // The end of the file ends a line, and begins none.
      if (behind === file.size) continue;
      found += 1;
      begin = behind;
      if (found === lines) return { offset: begin, lines: found };
    }
    end = start;
  }
  if (lowest === 0) return { offset: 0, lines: file.size > 0 ? found + 1 : 0 };
  return { offset: found > 0 ? begin : lowest, lines: found };
}
