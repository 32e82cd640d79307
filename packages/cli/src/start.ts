import path from 'node:path';
import { cacheFolder } from '@polygate/host';
import { chunksOf } from './code-cache/load.ts';
import { openStore } from './code-cache/store.ts';
import type { Main } from './main.ts';

/** Put in by the bundler: tells one build from another. */
declare const POLYGATE_BUILD: string;

/** What runs longer is no command that waits for its end to keep anything. */
const LONG_MS = 5_000;

/** The entry of the bundle in `folder`: loads the command, and code that was compiled by an earlier run with it. */
export function start(require: NodeJS.Require, folder: string): void {
  const cache = folderOfCode();
  const chunks = chunksOf(folder, require, cache === undefined ? undefined : openStore(cache, cacheName()));
  const { main } = chunks.load('main.cjs') as { main: Main };
  let command: string | undefined;
  const keep = () => {
    if (command !== undefined) chunks.keep(command);
    command = undefined;
  };
  process.once('exit', keep);
  // A supervisor stays small: it would have what it wrote in its memory for as long as it runs.
  if (process.execArgv.length === 0) setTimeout(keep, LONG_MS).unref();
  // Not awaited at the top of a file: what a command loads may lie in the same file, and would wait for it to end.
  void main(process.argv.slice(2), (chosen) => {
    command = chosen;
  }).then((code) => {
    process.exitCode = code;
  });
}

/** Undefined where no home is known, and when the user wants none of it, as Node's own cache is told. */
function folderOfCode(): string | undefined {
  const { env } = process;
  // sudo keeps the caller's HOME on a Mac: what root wrote there would be root's.
  const isInStead = env.SUDO_USER !== undefined && process.geteuid?.() === 0;
  const isWanted = !env.NODE_DISABLE_COMPILE_CACHE && !isInStead;
  return isWanted && (env.POLYGATE_HOME || env.HOME || env.USERPROFILE) ? cacheFolder({ env, paths: path }) : undefined;
}

/** Code fits one build of Polygate, one of Node, and its options. V8 refuses it where the name is too short to tell those. */
function cacheName(): string {
  const { env, execArgv } = process;
  const options = Buffer.from([...execArgv, env.NODE_OPTIONS?.trim() ?? ''].join(' ').trim())
    .toString('base64url')
    .slice(0, 120);
  return ['code', POLYGATE_BUILD, process.version, process.arch, options].filter((part) => part !== '').join('-');
}
