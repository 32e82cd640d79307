import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './world.ts';

const exec = promisify(execFile);

/** A checkout of the present files without anything installed or built, as a stranger's clone is. */
export async function freshClone(to: string): Promise<void> {
  const { stdout } = await exec('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, maxBuffer: 1 << 24 });
  for (const file of stdout.split('\n').filter(Boolean)) {
    await mkdir(path.dirname(path.join(to, file)), { recursive: true });
    await cp(path.join(ROOT, file), path.join(to, file)).catch((error: NodeJS.ErrnoException) => {
      // Deleted in the work tree and not yet in the index.
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/**
 * Lets npm and pnpm in another home find what this checkout has just fetched, so that a story depends on the registry no more
 * than the run that it is part of. (That a clean clone installs from nothing is how that run began.) Gives the environment.
 */
export async function shareFetched(home: string): Promise<Record<string, string>> {
  const modules = await readFile(path.join(ROOT, 'node_modules/.modules.yaml'), 'utf8');
  const store = /"storeDir": "([^"]+)\/v\d+"/.exec(modules)?.[1];
  if (store !== undefined) {
    await mkdir(path.join(home, '.local/share/pnpm'), { recursive: true });
    await symlink(store, path.join(home, '.local/share/pnpm/store'));
  }
  const { npm_config_cache = path.join(home, 'npm-cache') } = process.env;
  return { npm_config_cache, npm_config_prefer_offline: 'true' };
}
