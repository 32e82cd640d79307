import { type FSWatcher, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** Changes that come within this time are told once: an editor writes a file in several steps. */
const QUIET_MS = 75;
/** Directories that are watched at most, each of which costs the system something; what lies in others changes unseen. */
const MOST_DIRECTORIES = 512;
/** How often a directory that is gone is looked for. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Calls when something below a directory changed, hidden names and node_modules apart. Each directory is watched by itself:
 * what Node 20 makes of `recursive` on Linux loses directories that come and go. Does not keep the process alive. Gives the end of it.
 */
export function watchTree(root: string, onChange: () => void): () => void {
  const watchers = new Map<string, FSWatcher>();
  let ended = false;
  let looking = false;
  let lookAgain = false;
  let telling: NodeJS.Timeout | undefined;
  let searching: NodeJS.Timeout | undefined;

  const changed = (name: string | null) => {
    if (ended || (name !== null && isLeftOut(name))) return;
    clearTimeout(telling);
    telling = setTimeout(onChange, QUIET_MS).unref();
    void look();
  };
  const forget = (directory: string) => {
    watchers.get(directory)?.close();
    watchers.delete(directory);
  };
  const add = (directory: string): boolean => {
    if (watchers.has(directory)) return true;
    if (watchers.size >= MOST_DIRECTORIES) return false;
    try {
      const watcher = watch(directory, { persistent: false }, (_, name) => changed(name));
      watchers.set(
        directory,
        watcher.on('error', () => forget(directory)),
      );
      return true;
    } catch {
      // It went away, or the system has no more watches to give.
      return false;
    }
  };
  /** Watches what came and forgets what went, one look at a time. */
  const look = async (): Promise<void> => {
    lookAgain = true;
    if (looking) return;
    looking = true;
    while (lookAgain && !ended) {
      lookAgain = false;
      const seen = await directoriesBelow(root, () => ended);
      if (ended) break;
      for (const directory of [...watchers.keys()]) if (!seen.has(directory)) forget(directory);
      for (const directory of seen) add(directory);
      if (!watchers.has(root)) search();
    }
    looking = false;
  };
  const search = () => {
    clearTimeout(searching);
    searching = setTimeout(async () => {
      await look();
      if (watchers.has(root)) changed(null);
    }, LOOK_AGAIN_MS).unref();
  };

  if (!add(root)) search();
  void look();
  return () => {
    ended = true;
    clearTimeout(telling);
    clearTimeout(searching);
    for (const directory of [...watchers.keys()]) forget(directory);
  };
}

const isLeftOut = (name: string): boolean => name.startsWith('.') || name === 'node_modules';

async function directoriesBelow(root: string, isOver: () => boolean): Promise<Set<string>> {
  const found = new Set<string>([root]);
  for (const directory of found) {
    if (isOver() || found.size >= MOST_DIRECTORIES) break;
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => undefined);
    if (!entries && directory === root) return new Set();
    for (const entry of entries ?? [])
      if (entry.isDirectory() && !isLeftOut(entry.name)) found.add(path.join(directory, entry.name));
  }
  return found;
}
