import { readdir } from 'node:fs/promises';
import path from 'node:path';

const SKIP = new Set(['node_modules', 'dist', '.git']);

/** Files below a directory that `wanted` accepts (absolute paths with slashes), sorted. */
export async function glob(directory, wanted) {
  const found = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory() && !SKIP.has(entry.name)) found.push(...(await glob(file, wanted)));
    else if (entry.isFile() && wanted(file.split(path.sep).join('/'))) found.push(file);
  }
  return found.sort();
}
