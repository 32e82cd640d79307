import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Why a program cannot be used here; undefined when it is on PATH. */
export function whyNoProgram(name: string): string | undefined {
  for (const directory of (process.env.PATH ?? '').split(path.delimiter)) {
    try {
      accessSync(path.join(directory, name), constants.X_OK);
      return undefined;
    } catch {
      // Not in this one.
    }
  }
  return `${name} is not installed`;
}
