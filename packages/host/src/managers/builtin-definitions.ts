import { parseBuiltin } from '@polygate/core/service';
import type { Host } from '../ports.ts';
import type { Inspection } from './manager.ts';
import { builtinDir, builtinPlace } from './places.ts';

const ENDING = '.json';

/** Names of the services that Polygate's own supervisor has definitions of. */
export async function builtinNames(host: Host): Promise<string[]> {
  const names = await host.files.list(builtinDir(host));
  return names.flatMap((name) => (name.endsWith(ENDING) ? [name.slice(0, -ENDING.length)] : [])).sort();
}

/** One of them, as it lies on disk. */
export async function inspectBuiltin(host: Host, name: string): Promise<Inspection> {
  const { files } = host;
  const path = builtinPlace(host).pathOf(name);
  const text = await files.read(path);
  const mode = text === undefined ? undefined : (await files.stat(path))?.mode;
  return { path, text, mode, definition: text === undefined ? undefined : parseBuiltin(text), overrides: [] };
}
