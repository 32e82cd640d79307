import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Where a program lies; undefined when it is not on PATH. */
export function programOnPath(name: string): string | undefined {
  for (const directory of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(directory, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}

/** Why a program cannot be used here; undefined when it is on PATH. */
export function whyNoProgram(name: string): string | undefined {
  return programOnPath(name) === undefined ? `${name} is not installed` : undefined;
}
