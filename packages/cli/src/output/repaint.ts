import { streamOut } from './stdout.ts';

/** Shows a text in the place of the last one on a terminal; below it where there is none to paint on. */
export function repaint(text: string): void {
  streamOut(process.stdout.isTTY ? `\u001b[H\u001b[2J\u001b[3J${text}\n` : `${text}\n\n`);
}
