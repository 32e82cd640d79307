import { type ConfigCheckDocument, EXIT, type Issue, Problem, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { readConfig } from '../../jobs/config/read.ts';

export const run: Handler = async (context) => {
  const { config, hash } = await readConfig(context);
  const { path, exists, errors, warnings, includes } = config;
  if (!exists) throw new Problem('CONFIG_MISSING', { file: path });
  const issues = [...errors, ...includes];
  const valid = issues.length === 0;
  const unknown = warnings.filter((warning) => !includes.some((include) => include.path === warning.path));
  const json: ConfigCheckDocument = { ok: true, schemaVersion: SCHEMA_VERSION, path, hash, exists, valid, issues, unknown };
  const lines = [...issues, ...unknown].map(inWords);
  const head = valid ? `${path} is valid.` : `${path} has ${issues.length === 1 ? '1 problem' : `${issues.length} problems`}:`;
  return { json, text: [head, ...lines].join('\n'), exitCode: valid ? EXIT.ok : EXIT.config };
};

const inWords = ({ path, message, line, column }: Issue): string =>
  `  ${line === undefined ? '' : `${line}:${column ?? 1} `}${path ? `${path} ` : ''}${message}`;
