import type { Log } from '../log.ts';
import type { LiveConfig } from './live-config.ts';

/** Looks at the config when it has been quiet for a while after a change; an editor writes in several steps. Gives the end of it. */
export function followConfig(config: LiveConfig, log: Log): () => void {
  let timer: NodeJS.Timeout | undefined;
  const look = () =>
    void config.look().catch((error: Error) => log.error(`${config.store.path} is not looked at: ${error.message}`));
  const stop = config.store.watch(() => {
    clearTimeout(timer);
    timer = setTimeout(look, config.debounceMs);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
