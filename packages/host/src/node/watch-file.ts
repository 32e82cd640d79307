import { type FSWatcher, realpathSync, watch } from 'node:fs';
import path from 'node:path';

/** How often a directory that is gone is looked for. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Calls when something may have happened to a file: it was written, replaced by another one (as editors and atomic writes do),
 * removed, or made anew. Its directory is watched, since a watch on the file itself stays with what was replaced; where the
 * file is a link, the directory of what it leads to as well. Does not keep the process alive. Gives the end of it.
 */
export function watchFile(file: string, onChange: () => void): () => void {
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  let watchers: FSWatcher[] = [];
  const close = () => {
    for (const watcher of watchers.splice(0)) watcher.close();
  };
  const again = () => {
    close();
    if (ended) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (arm()) onChange();
    }, LOOK_AGAIN_MS).unref();
  };
  const arm = (): boolean => {
    try {
      watchers = places(file).map(({ directory, name }) => {
        const watcher = watch(directory, { persistent: false }, (_, changed) => {
          // Some systems do not say which; the directory's own name is told when it is removed or moved.
          if (changed === null || changed === name) onChange();
          else if (changed === path.basename(directory)) again();
        });
        return watcher.on('error', again);
      });
      return true;
    } catch {
      again();
      return false;
    }
  };
  arm();
  return () => {
    ended = true;
    clearTimeout(timer);
    close();
  };
}

function places(file: string): { directory: string; name: string }[] {
  const at = (each: string) => ({ directory: path.dirname(each), name: path.basename(each) });
  let real = file;
  try {
    real = realpathSync(file);
  } catch {
    // It is not there now: its directory tells when it is.
  }
  return real === file ? [at(file)] : [at(file), at(real)];
}
