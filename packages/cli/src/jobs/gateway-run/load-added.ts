import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A package that was added to a directory with `npm install --prefix`, the first of these that is there; undefined where none is.
 * One that cannot be loaded fails with its own error.
 */
export async function loadAdded(directory: string, names: readonly string[]): Promise<unknown> {
  const from = createRequire(path.join(directory, 'package.json'));
  for (const name of names) {
    const file = resolved(from, name);
    if (file !== undefined) return import(pathToFileURL(file).href);
  }
  return undefined;
}

function resolved(from: NodeJS.Require, name: string): string | undefined {
  try {
    return from.resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
