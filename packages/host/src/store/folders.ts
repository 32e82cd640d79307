import envPaths from 'env-paths';
import type { Folders, Host } from '../ports.ts';

/**
 * Polygate's own folders: those of the platform (env-paths), or below POLYGATE_HOME when that is set, so that everything
 * of a trial set-up lies in one place.
 */
export function polygateFolders({ env, paths }: Pick<Host, 'env' | 'paths'>): Folders {
  const home = env.POLYGATE_HOME?.trim();
  if (home) {
    const base = paths.resolve(home, '.polygate');
    return { config: paths.join(base, 'config'), data: paths.join(base, 'data'), state: paths.join(base, 'state') };
  }
  const { config, data, log } = envPaths('polygate', { suffix: '' });
  // env-paths calls the XDG state folder "log".
  return { config, data, state: log };
}
