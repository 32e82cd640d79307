import { Problem, type Program } from '@polygate/core';
import { splitWords } from '@polygate/core/supervise';
import type { Host } from '@polygate/host';
import { runnableProgram } from './runnable.ts';

/** What `gateway run` takes: it is Polygate's own gateway, and starts no other. @throws Problem OPTION_INVALID */
export function parseReference(text: string | undefined): Program | undefined {
  if (text === undefined || text === 'reference') return text;
  const expected = "reference (Polygate's own gateway); setup, onboard and gateway install take any program";
  throw new Problem('OPTION_INVALID', { option: '--program', value: text, expected });
}

/**
 * What --program says: `reference`, or a command line whose program is looked for now, on the caller's PATH, and kept by its
 * whole path. @throws Problem OPTION_INVALID, PROGRAM_NOT_FOUND or PROGRAM_NOT_EXECUTABLE
 */
export async function parseProgram(host: Host, text: string | undefined): Promise<Program | undefined> {
  if (text === undefined || text === 'reference') return text;
  const words = splitWords(text);
  const [name] = words ?? [];
  if (!words || !name) {
    const expected = `reference (Polygate's own gateway), or a command line${words ? '' : ' whose quotes are closed'}`;
    throw new Problem('OPTION_INVALID', { option: '--program', value: text, expected });
  }
  return { command: [await runnableProgram(host, name, host.cwd, host.env), ...words.slice(1)] };
}
