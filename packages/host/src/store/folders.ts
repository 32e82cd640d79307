import { homedir } from 'node:os';
import envPaths, { type Paths } from 'env-paths';
import type { Folders, Host } from '../ports.ts';

/**
 * Polygate's own folders: those of the platform (env-paths), or below POLYGATE_HOME when that is set, so that everything
 * of a trial set-up lies in one place.
 */
export function polygateFolders({ env, paths, users, elsewhere }: Pick<Host, 'env' | 'paths' | 'users' | 'elsewhere'>): Folders {
  if (elsewhere) return elsewhere.folders;
  const base = ownBase({ env, paths });
  if (base !== undefined) {
    return { config: paths.join(base, 'config'), data: paths.join(base, 'data'), state: paths.join(base, 'state') };
  }
  const { config, data, log } = ofThisAccount();
  // env-paths calls the XDG state folder "log".
  const own = { config, data, state: log };
  if (!users.isOther) return own;
  // env-paths knows the account of this process alone: the same places in the other's home.
  const there = (path: string, usual: string) => {
    const way = paths.relative(homedir(), path);
    // Outside of one's home by an XDG variable, which is this session's alone.
    return paths.join(users.home, way.startsWith('..') ? usual : way);
  };
  return {
    config: there(config, '.config/polygate'),
    data: there(data, '.local/share/polygate'),
    state: there(log, '.local/state/polygate'),
  };
}

/** What can be made anew at any time, of the account that this process runs as. */
export function cacheFolder({ env, paths }: Pick<Host, 'env' | 'paths'>): string {
  const base = ownBase({ env, paths });
  return base === undefined ? ofThisAccount().cache : paths.join(base, 'cache');
}

/** Made once: it is asked for with every instance. */
function ofThisAccount(): Paths {
  usual ??= envPaths('polygate', { suffix: '' });
  return usual;
}

let usual: Paths | undefined;

function ownBase({ env, paths }: Pick<Host, 'env' | 'paths'>): string | undefined {
  const home = env.POLYGATE_HOME?.trim();
  return home ? paths.resolve(home, '.polygate') : undefined;
}
