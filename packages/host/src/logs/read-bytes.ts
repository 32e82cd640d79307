import { closeSync, openSync, readSync } from 'node:fs';

/** Bytes of a file from an offset, at most so many; none when it is gone. @throws EACCES and the like */
export function readBytes(file: string, offset: number, length: number): Buffer {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const buffer = Buffer.allocUnsafe(Math.max(0, length));
    return buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, offset));
  } finally {
    closeSync(handle);
  }
}
