import { Problem, type Program } from '@polygate/core';
import { defineService } from '@polygate/core/service';
import { splitWords } from '@polygate/core/supervise';
import { splitCommandLine } from '@polygate/core/windows';
import type { Context } from '../context.ts';
import { launchOf } from './launch.ts';
import { findProgram, foreignOnPath, isPolygate } from './program/find.ts';
import { runnableCommand } from './runnable.ts';

/** What `gateway run` takes: it is Polygate's own gateway, and starts no other. @throws Problem OPTION_INVALID */
export function parseReference(text: string | undefined): Program | undefined {
  if (text === undefined || text === 'reference') return text;
  const expected = "reference (Polygate's own gateway); setup, onboard and gateway install take any program";
  throw new Problem('OPTION_INVALID', { option: '--program', value: text, expected });
}

/**
 * What --program says: `reference`; `auto`, the command of the product where it is installed; or a command line whose program is
 * looked for now, on the caller's PATH, and kept by its whole path. Polygate's own launchers are none: they would run Polygate.
 * @throws Problem OPTION_INVALID, PROGRAM_NOT_FOUND, PROGRAM_NOT_EXECUTABLE, PROGRAM_PATH_VERSIONED or PROGRAM_NEEDS_NODE
 */
export async function parseProgram(context: Context, text: string | undefined): Promise<Program | undefined> {
  if (text === undefined || text === 'reference') return text;
  const program = { command: await commandOf(context, text) };
  const { refuseWrongNode } = await import('./program/node-for.ts');
  const { instance } = await context.open({ live: false });
  const { environment } = defineService({ ...instance, program }, launchOf(context), undefined);
  await refuseWrongNode(context.host, program, environment);
  return program;
}

async function commandOf(context: Context, text: string): Promise<string[]> {
  const { host } = context;
  if (text === 'auto') return [await findProgram(host, (await context.open({ live: false })).instance.pack), 'gateway'];
  const words = wordsOf(host, text);
  const [name] = words ?? [];
  if (!words || !name) {
    const expected = `reference (Polygate's own gateway), auto, or a command line${words ? '' : ' whose quotes are closed'}`;
    throw new Problem('OPTION_INVALID', { option: '--program', value: text, expected });
  }
  const command = await runnableCommand(host, words, host.cwd, host.env);
  const [found = ''] = command;
  if (!(await isPolygate(host, found))) return command;
  const [other] = /[/\\]/.test(name) ? [] : await foreignOnPath(host, name);
  if (other === undefined) {
    const expected = `a gateway's own command: ${found} runs Polygate (--program reference is its own gateway)`;
    throw new Problem('OPTION_INVALID', { option: '--program', value: text, expected });
  }
  return [other, ...words.slice(1)];
}

/** By the rule of the system: on Windows a backslash parts folders, and single quotes are letters. */
const wordsOf = ({ platform }: Context['host'], text: string): string[] | undefined =>
  platform === 'win32' ? splitCommandLine(text) : splitWords(text);
