import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
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
