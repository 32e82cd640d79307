import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';
import type { Store } from './store.ts';

type Exports = Record<string, unknown>;
type Wrapped = (exports: Exports, require: unknown, module: { exports: Exports }, file: string, folder: string) => void;

/** Files of the bundle, loaded once each, with the compiled code of an earlier run where there is some. */
export interface Chunks {
  load(name: string): Exports;
  /** Keeps what this run had to compile, when it had to. */
  keep(command: string): void;
}

/**
 * As Node's own `require` does it, for the files of one folder alone: without looking for other places that a name could
 * mean, and with code that need not be compiled again. What is not in the folder, `require` loads.
 */
export function chunksOf(folder: string, require: NodeJS.Require, store: Store | undefined): Chunks {
  const modules = new Map<string, { exports: Exports }>();
  const scripts = new Map<string, { script: Script; source: number }>();
  let foreign = false;
  let isNew = false;
  const load = (name: string): Exports => {
    const known = modules.get(name);
    if (known) return known.exports;
    const file = path.join(folder, name);
    const at = statSync(file).mtimeMs;
    const cachedData = store?.read(name, at);
    // The build writes ASCII.
    const source = `(function(exports,require,module,__filename,__dirname){${readFileSync(file, 'latin1')}\n})`;
    const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) });
    if (script.cachedDataRejected) foreign = true;
    if (!cachedData) isNew = true;
    scripts.set(name, { script, source: at });
    const module = { exports: {} };
    modules.set(name, module);
    (script.runInThisContext() as Wrapped)(module.exports, requireHere, module, file, folder);
    return module.exports;
  };
  const requireHere = Object.assign((id: string): unknown => (id.startsWith('./') ? load(id.slice(2)) : require(id)), require);
  return {
    load,
    keep(command) {
      // Refused by V8: it was started in another way than the name of the file tells. Writing would help no other run.
      if (store && !foreign && (isNew || !store.commands.includes(command))) {
        const code = new Map(
          [...scripts].map(([name, { script, source }]) => [name, { source, bytes: script.createCachedData() }]),
        );
        store.write([...new Set([...store.commands, command])], code);
      }
      store?.close();
    },
  };
}
