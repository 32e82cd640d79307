import type { Host } from '../ports.ts';

type SearchHost = Pick<Host, 'env' | 'files' | 'paths' | 'platform'>;

/**
 * Every program of this name that a shell would find, in the order of PATH: the first is the one that runs. On Windows a
 * name goes by the endings of PATHEXT.
 */
export async function programsOnPath(host: SearchHost, name: string): Promise<string[]> {
  const { paths, files, platform } = host;
  const endings = platform === 'win32' ? (host.env.PATHEXT ?? '.COM;.EXE;.BAT;.CMD').split(';') : [''];
  const candidates = searchPath(host).flatMap((folder) =>
    endings.map((ending) => paths.join(folder, name + ending.toLowerCase())),
  );
  const found = await Promise.all(
    [...new Set(candidates)].map(async (candidate) => {
      const there = await files.stat(candidate).catch(() => undefined);
      const runs = there?.kind === 'file' && (platform === 'win32' || (there.mode & 0o111) !== 0);
      return runs ? [candidate] : [];
    }),
  );
  return found.flat();
}

/** The folders of PATH; relative ones mean something else in every directory and are left out. */
export function searchPath({ env, paths, platform }: Pick<Host, 'env' | 'paths' | 'platform'>): string[] {
  const folders = (env.PATH ?? env.Path ?? '').split(platform === 'win32' ? ';' : ':');
  return folders.filter((folder) => paths.isAbsolute(folder)).map((folder) => paths.normalize(folder));
}
