import { Problem } from '@polygate/core';
import type { Host } from '../ports.ts';

/**
 * The directory that default paths are derived from: POLYGATE_HOME, else HOME (USERPROFILE on Windows). It is never guessed:
 * under sudo, cron and in containers a guess is another account's home.
 * @throws Problem HOME_MISSING
 */
export async function homeDirectory({
  env,
  platform,
  paths,
  files,
}: Pick<Host, 'env' | 'platform' | 'paths' | 'files'>): Promise<string> {
  const own = env.POLYGATE_HOME?.trim();
  // It may be made by the first command that writes.
  if (own && paths.isAbsolute(own)) return paths.normalize(own);
  const home = own || (platform === 'win32' ? (env.USERPROFILE ?? env.HOME) : env.HOME);
  if (!home || !paths.isAbsolute(home) || (await files.stat(home))?.kind !== 'directory') {
    throw new Problem('HOME_MISSING', { home, ...(platform === 'win32' ? { variable: 'USERPROFILE' } : {}) });
  }
  return paths.normalize(home);
}

/** The home that services belong to. POLYGATE_HOME moves what Polygate keeps, not where a manager looks. */
export function accountHome({ env, users, paths, platform }: Pick<Host, 'env' | 'users' | 'paths' | 'platform'>): string {
  // HOME on Windows is that of a shell from elsewhere (Git, Cygwin), often enough another folder.
  const home = platform === 'win32' ? env.USERPROFILE : env.HOME;
  return home && paths.isAbsolute(home) ? home : users.home;
}
