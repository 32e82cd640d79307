/** What the file says of itself: the commands that were run when it was written, and where the code of each chunk lies. */
export interface Head {
  commands: string[];
  chunks: Record<string, Place>;
}

/** The compiled code of a chunk, and of what: when its file was written, in ms. */
export interface Code {
  source: number;
  bytes: Buffer;
}

interface Place {
  source: number;
  /** From the end of the head. */
  at: number;
  bytes: number;
  sum: number;
}

/** Four bytes with the length of the head come first. */
export const PREFIX_BYTES: number = 4;
const SECTOR_BYTES = 512;
/** A head names some dozens of chunks and commands. */
export const LONGEST_HEAD: number = 64 * 1024;

/** Undefined for anything but a head that was written whole. */
export function parseHead(text: string): Head | undefined {
  try {
    const { commands, chunks } = JSON.parse(text) as Partial<Head>;
    return Array.isArray(commands) && typeof chunks === 'object' && chunks !== null ? { commands, chunks } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function renderCache(commands: string[], code: ReadonlyMap<string, Code>): Buffer {
  const chunks: Head['chunks'] = {};
  let at = 0;
  for (const [name, { source, bytes }] of code) {
    chunks[name] = { source, at, bytes: bytes.length, sum: sumOf(bytes) };
    at += bytes.length;
  }
  const head = Buffer.from(JSON.stringify({ commands, chunks }));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32LE(head.length);
  return Buffer.concat([prefix, head, ...[...code.values()].map(({ bytes: each }) => each)]);
}

/**
 * Whether it is as it was written. V8 (11 to 12) runs code of the right version and length whatever its bytes, and a machine
 * that lost its power leaves files with sectors that were never written.
 */
export const isWhole = (code: Buffer, { bytes, sum }: Place): boolean => code.length === bytes && sumOf(code) === sum;

/**
 * One word of each sector, and not more: a loop that V8 thinks worth optimizing takes longer than what it reads. The true sums
 * are in zlib, which takes 3 ms to load.
 */
function sumOf(code: Buffer): number {
  const words = new DataView(code.buffer, code.byteOffset, code.length);
  let sum = code.length;
  for (let at = 0; at + 4 <= code.length; at += SECTOR_BYTES) sum = (Math.imul(sum, 31) + words.getInt32(at, true)) | 0;
  return sum;
}
