import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * A package that was added to a directory with `npm install --prefix`, the first of these that is there; undefined where none is.
 * One that cannot be loaded fails with its own error. By require: the command's code is compiled in a way that knows no import().
 */
export function loadAdded(directory: string, names: readonly string[]): unknown {
  const from = createRequire(path.join(directory, 'package.json'));
  const found = names.find((name) => isThere(from, name));
  return found === undefined ? undefined : from(found);
}

function isThere(from: NodeJS.Require, name: string): boolean {
  try {
    from.resolve(name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return false;
    throw error;
  }
}
