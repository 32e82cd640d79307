import { once } from 'node:events';
import { fstatSync, writeSync } from 'node:fs';
import { EXIT } from '@polygate/core';

const STDOUT = 1;
let watched = false;
let surviving = false;

/**
 * Writes to standard output, all of it before this returns. Not through process.stdout, whose streams cost a short command
 * more than all that it does; but on Windows that alone knows how a console takes letters beyond ASCII.
 */
export function writeOut(text: string): void {
  let rest: Uint8Array = Buffer.from(text);
  if (process.platform === 'win32') {
    streamOut(rest);
    return;
  }
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(STDOUT, rest));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPIPE') leave();
    if (code !== 'EAGAIN') throw error;
    // Somebody made this pipe non-blocking and it is full: the stream waits for its reader.
    streamOut(rest);
  }
}

/** Writes to standard output in order and without waiting for its reader: for what goes on while a command runs. */
export function streamOut(text: string | Uint8Array): void {
  if (!watched) {
    watched = true;
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (surviving) return;
      if (error.code === 'EPIPE') leave();
      throw error;
    });
  }
  process.stdout.write(text);
}

/** Resolves when the reader has kept up with what was streamed: so that what is not read yet does not pile up here. */
export async function drained(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
}

/**
 * From now on nothing is lost but words when the terminal or the reader of a pipe goes away: what looks after others must not end
 * without a word to them.
 */
export function surviveLostOutput(): void {
  surviving = true;
  process.stderr.on('error', () => undefined);
}

/** Whether people read standard output. What only looks like a terminal (/dev/null) does no harm. */
export function isTerminal(): boolean {
  try {
    return fstatSync(STDOUT).isCharacterDevice();
  } catch {
    return false; // closed by who started this
  }
}

/** A reader that went away (`| head`) is not an error. */
function leave(): never {
  process.exit(EXIT.ok);
}
