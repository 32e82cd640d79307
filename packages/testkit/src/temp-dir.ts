import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A directory of its own for one test. Short, because unix socket paths are limited to about 100 characters. */
export async function tempDir(): Promise<{ path: string; remove(): Promise<void> }> {
  const dir = await realpath(await mkdtemp(path.join(tmpdir(), 'pg-')));
  return { path: dir, remove: () => rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }) };
}
