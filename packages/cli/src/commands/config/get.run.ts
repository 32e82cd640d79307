import { type ConfigDocument, Problem, pick, SCHEMA_VERSION } from '@polygate/core';
import { redactConfig } from '@polygate/core/reload';
import type { Handler } from '../../command.ts';
import { readConfig } from '../../jobs/config/read.ts';

export const run: Handler = async (context, _, [key]) => {
  const { config, hash } = await readConfig(context);
  const { path, exists, parsed, errors } = config;
  const shown = parsed === undefined ? null : redactConfig(parsed);
  const value = key === undefined ? shown : pick(shown, key);
  if (value === undefined) throw new Problem('CONFIG_KEY_UNKNOWN', { file: path, key: key ?? '' });
  if (!exists) throw new Problem('CONFIG_MISSING', { file: path });
  const json: ConfigDocument = {
    ...{ ok: true, schemaVersion: SCHEMA_VERSION, path, hash, exists },
    ...(key === undefined ? {} : { key }),
    ...{ config: value, valid: errors.length === 0, issues: errors },
  };
  return { json, text: typeof value === 'string' ? value : JSON.stringify(value, null, 2) };
};
