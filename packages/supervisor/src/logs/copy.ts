import type { LogSystem } from './log-system.ts';
import { writeAll } from './settle.ts';

type LogFs = LogSystem['fs'];
const CHUNK = 2 ** 20;
/** What is left for the pause: copied in a few milliseconds. */
const NEAR_BYTES = 2 ** 20;
/** A child that writes as fast as one copies is not chased for ever. */
const MOST_ROUNDS = 4_096;

/** Copies until little is missing, while the child goes on writing; undefined when it is always ahead. Gives the bytes copied. */
export async function copyUntilNear(log: number, copy: number, system: LogSystem): Promise<number | undefined> {
  const { fs } = system;
  const buffer = Buffer.allocUnsafe(CHUNK);
  let copied = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const missing = fs.fstatSync(log).size - copied;
    if (missing <= NEAR_BYTES) return copied;
    copied += copyChunk(log, copy, copied, buffer, fs);
    await system.breathe();
  }
  return undefined;
}

/** Copies what is there behind `copied`. Gives the size; undefined when it got too late, 0 when somebody emptied the log. */
export function copyRest(log: number, copy: number, copied: number, isLate: () => boolean, fs: LogFs): number | undefined {
  const { size } = fs.fstatSync(log);
  if (size < copied) return 0;
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - copied));
  let at = copied;
  while (at < size) {
    if (isLate()) return undefined;
    at += copyChunk(log, copy, at, buffer, fs);
  }
  return isLate() ? undefined : size;
}

function copyChunk(log: number, copy: number, at: number, buffer: Buffer, fs: LogFs): number {
  const length = fs.readSync(log, buffer, 0, buffer.length, at);
  writeAll(copy, buffer.subarray(0, length), at, fs);
  return length;
}
