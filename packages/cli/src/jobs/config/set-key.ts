import { text as readAll } from 'node:stream/consumers';
import { type ConfigChangeDocument, Problem, parseConfig, pick, SCHEMA_VERSION } from '@polygate/core';
import { secretPaths } from '@polygate/core/profiles';
import { type ConfigText, checkConfigText } from '@polygate/host';
import { configHash } from '@polygate/host/config-history';
import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { followed } from './followed.ts';
import { readConfig } from './read.ts';
import { replaceConfig } from './replace.ts';

/** Sets a key of the config, or takes it out. Comments and layout stay; what would not be valid is refused and nothing is written. */
export async function setKey(context: Context, key: string, given: string): Promise<Outcome> {
  const { opened, config, hash } = await readConfig(context);
  const { path, text, syntax } = config;
  if (!config.exists || text === undefined) throw new Problem('CONFIG_MISSING', { file: path });
  if (syntax) throw new Problem('CONFIG_INVALID', { file: path, issues: [syntax] });
  const keys = checkedKeys(key, config.parsed);
  const value = await meant(given === '-' ? (await readAll(process.stdin)).trim() : given);
  const edited = await edit(text, keys, value);
  if (edited === text) return outcome({ action: 'unchanged', message: `${key} is so already`, path, hash, key });
  const read = { path, exists: true, text: edited, ...(await parseConfig(edited)) } as ConfigText;
  const { errors } = await checkConfigText(read);
  if (errors.length > 0) throw new Problem('CONFIG_INVALID', { file: path, issues: errors });
  if (!(await replaceConfig(context.host, path, edited, hash))) throw new Problem('CONFIG_CHANGED_MEANWHILE', { file: path });
  const isSecret = secretPaths(read.parsed).some((secret) => secret.join('.') === key);
  const what =
    value === null ? `${key} is taken out of ${path}` : `${key} is ${isSecret ? 'set' : JSON.stringify(value)} in ${path}`;
  return outcome({
    ...{ action: value === null ? 'unset' : 'set', message: `${what}${followed(opened)}` },
    ...{ path, hash: configHash(edited), key, backup: `${path}.bak` },
  });
}

/** @throws Problem OPTION_INVALID for a key that goes into a list, or is none */
function checkedKeys(key: string, config: unknown): string[] {
  const keys = key.split('.');
  if (keys.some((each) => each === '' || each === '__proto__'))
    throw new Problem('OPTION_INVALID', { option: '<key>', value: key, expected: 'a dotted path like gateway.port' });
  const inList = keys.slice(1).findIndex((_, i) => Array.isArray(pick(config, keys.slice(0, i + 1).join('.'))));
  if (inList >= 0) {
    const list = keys.slice(0, inList + 1).join('.');
    throw new Problem('OPTION_INVALID', { option: '<key>', value: key, expected: `${list}, which is a list and set as a whole` });
  }
  return keys;
}

/** JSON5 where it is that, else the text itself: ports and flags are typed as they are meant. */
async function meant(given: string): Promise<unknown> {
  const { parsed, syntax } = await parseConfig(given);
  return syntax ? given : parsed;
}

async function edit(text: string, keys: readonly string[], value: unknown): Promise<string> {
  const { mergeText } = await import('@polygate/core/json5');
  const patch = (inner: unknown) => keys.reduceRight<unknown>((at, name) => ({ [name]: at }), inner) as Record<string, unknown>;
  const isSection = typeof value === 'object' && value !== null;
  // A section takes the place of what was there; a patch alone would be laid over it.
  return mergeText(isSection ? mergeText(text, patch(null)) : text, patch(value));
}

function outcome(change: Omit<ConfigChangeDocument, 'ok' | 'schemaVersion'>): Outcome {
  const json: ConfigChangeDocument = { ok: true, schemaVersion: SCHEMA_VERSION, ...change };
  return { json, text: `${json.message}.` };
}
