import { type FSWatcher, watch } from 'node:fs';
import { type Folders, type Host, instanceSettingsFolder } from '@polygate/host';

/** An editor writes more than once for one save. */
const QUIET_MS = 150;

/**
 * Tells when something changed among the settings: of the supervisor, and of its instances. Folders are watched, not files: what
 * an editor renames over a file is seen, and so is a file that comes or goes. Gives the way to stop.
 */
export function watchSettings(host: Pick<Host, 'files' | 'paths'>, folders: Folders, changed: () => void): () => void {
  const watched = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const arm = async () => {
    const instances = instanceSettingsFolder(host, folders);
    const products = (await host.files.list(instances)).map((name) => host.paths.join(instances, name));
    for (const folder of [folders.config, instances, ...products]) if (!closed) watchFolder(folder);
  };
  const watchFolder = (folder: string) => {
    if (watched.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, stir);
      const forget = () => {
        watcher.close();
        watched.delete(folder);
      };
      watcher.on('error', forget);
      watched.set(folder, watcher);
    } catch {
      // Not there yet: the folder above tells when it comes.
    }
  };
  const stir = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      void arm().then(changed);
    }, QUIET_MS);
    timer.unref();
  };
  void arm();
  return () => {
    closed = true;
    clearTimeout(timer);
    for (const watcher of watched.values()) watcher.close();
  };
}
