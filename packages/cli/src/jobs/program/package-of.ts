import type { Program } from '@polygate/core';
import type { Host } from '@polygate/host';

/** The npm package that a program belongs to. */
export interface ProgramPackage {
  name: string;
  version: string;
  /** Range of Node versions that it says it works on. */
  node: string | undefined;
}

/** From a file in `dist/` or `.bin` up to the folder of its package it is no further. */
const LEVELS = 5;

/** The file that tells what a command line runs: of `node script.mjs …` the script, else the program itself. */
export function scriptOf({ paths }: Pick<Host, 'paths'>, command: readonly string[]): string {
  const [program = '', ...args] = command;
  if (!isNode({ paths }, program)) return program;
  return args.find((word) => !word.startsWith('-')) ?? program;
}

export const isNode = ({ paths }: Pick<Host, 'paths'>, program: string): boolean =>
  /^node(js)?(\.exe)?$/i.test(paths.basename(program));

/** Looked up beside its entry, as it is now: an upgrade in place is seen by the next start. undefined where nothing tells. */
export async function packageOf(
  { files, paths }: Pick<Host, 'files' | 'paths'>,
  program: Program,
): Promise<ProgramPackage | undefined> {
  if (program === 'reference') return undefined;
  let folder = paths.dirname(await files.canonical(scriptOf({ paths }, program.command)));
  for (let level = 0; level < LEVELS; level += 1) {
    const text = await files.read(paths.join(folder, 'package.json')).catch(() => undefined);
    const found = text === undefined ? undefined : readPackage(text);
    if (found) return found;
    folder = paths.dirname(folder);
  }
  return undefined;
}

function readPackage(text: string): ProgramPackage | undefined {
  try {
    const { name, version, engines } = JSON.parse(text) as { name?: unknown; version?: unknown; engines?: { node?: unknown } };
    // One without a name says only how its folder is read ("type": "module").
    if (typeof name !== 'string' || typeof version !== 'string') return undefined;
    return { name, version, node: typeof engines?.node === 'string' ? engines.node : undefined };
  } catch {
    return undefined;
  }
}
