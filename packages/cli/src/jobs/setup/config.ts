import { type Edit, missingFrom, type Starter, starterConfig } from '@polygate/core';
import type { OpenInstance } from '@polygate/host';
import type { Context } from '../../context.ts';
import { editConfigFile } from '../edit-config.ts';
import type { SetupOptions, SetupResult } from './set-up.ts';

/** Writes a new config, or adds to the one that is there what it lacks and what is asked for; comments and layout stay. */
export async function writeConfig(
  { host }: Context,
  { config: { path, exists, parsed } }: OpenInstance,
  starter: Starter,
  options: SetupOptions,
  more: readonly Edit[],
): Promise<Pick<SetupResult, 'result' | 'changes'>> {
  if (!exists) {
    await host.files.makeDir(host.paths.dirname(path), 0o700);
    await host.files.write(path, starterConfig(starter), 0o600);
    return { result: 'created', changes: [path] };
  }
  const edits = [...missingFrom(parsed, starter), ...askedFor(starter, options), ...more];
  const changed = await editConfigFile(host, path, edits);
  if (changed.length === 0) return { result: 'unchanged', changes: [] };
  return { result: 'completed', changes: changed.map((edit) => `${path}: ${edit.path}`) };
}

/** What was said on the command line is set even where something else is. */
function askedFor({ port, workspace }: Starter, options: SetupOptions): Edit[] {
  const edits: Edit[] = [];
  if (options.port !== undefined) edits.push({ path: 'gateway.port', value: port });
  if (options.bind !== undefined) edits.push({ path: 'gateway.bind', value: options.bind });
  if (options.workspace !== undefined) edits.push({ path: 'agents.defaults.workspace', value: workspace });
  for (const kind of ['token', 'password'] as const) {
    const value = options[kind];
    if (value !== undefined) edits.push({ path: 'gateway.auth.mode', value: kind }, { path: `gateway.auth.${kind}`, value });
  }
  return edits;
}
