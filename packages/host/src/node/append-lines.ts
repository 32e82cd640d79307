import { open } from 'node:fs/promises';
import { fileProblem } from './file-problem.ts';

const LINE_END = 10;

/**
 * Adds whole lines to the end of a file, which is made private where there is none. Where a write was cut off by a crash they
 * begin on a line of their own. One call at a time for each file. @throws Problem DISK_FULL, FILE_DENIED or FILE_FAILED
 */
export async function appendLines(path: string, lines: string): Promise<void> {
  try {
    const handle = await open(path, 'a+', 0o600);
    try {
      const { size } = await handle.stat();
      const { buffer } = size === 0 ? { buffer: Buffer.of(LINE_END) } : await handle.read(Buffer.alloc(1), 0, 1, size - 1);
      await handle.appendFile(buffer[0] === LINE_END ? lines : `\n${lines}`);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileProblem(error, path, 'write');
  }
}
