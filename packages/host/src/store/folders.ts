import { homedir } from 'node:os';
import envPaths from 'env-paths';
import type { Folders, Host } from '../ports.ts';

/**
 * Polygate's own folders: those of the platform (env-paths), or below POLYGATE_HOME when that is set, so that everything
 * of a trial set-up lies in one place.
 */
export function polygateFolders({ env, paths, users }: Pick<Host, 'env' | 'paths' | 'users'>): Folders {
  const own = ownFolders({ env, paths });
  if (!users.isOther || polygateHome(env)) return own;
  // env-paths knows the account of this process alone: the same places in the other's home.
  const there = (path: string, usual: string) => {
    const way = paths.relative(homedir(), path);
    // Outside of one's home by an XDG variable, which is this session's alone.
    return paths.join(users.home, way.startsWith('..') ? usual : way);
  };
  return {
    config: there(own.config, '.config/polygate'),
    data: there(own.data, '.local/share/polygate'),
    state: there(own.state, '.local/state/polygate'),
    cache: there(own.cache, '.cache/polygate'),
  };
}

/** Those of the account that this process runs as. */
export function ownFolders({ env, paths }: Pick<Host, 'env' | 'paths'>): Folders {
  const home = polygateHome(env);
  if (home) {
    const at = (name: string) => paths.join(paths.resolve(home, '.polygate'), name);
    return { config: at('config'), data: at('data'), state: at('state'), cache: at('cache') };
  }
  const { config, data, log, cache } = envPaths('polygate', { suffix: '' });
  // env-paths calls the XDG state folder "log".
  return { config, data, state: log, cache };
}

const polygateHome = (env: Host['env']) => env.POLYGATE_HOME?.trim();
