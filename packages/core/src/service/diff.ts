import { redact } from '../errors/redact.ts';
import type { Drift } from '../gen/output.gen.ts';
import type { ServiceDefinition } from './definition.ts';

export type { Drift };

/** Field by field: what would change if the wanted definition were installed. Empty when both mean the same. */
export function diffDefinitions(installed: ServiceDefinition, wanted: ServiceDefinition): Drift[] {
  const names = new Set([...Object.keys(installed.environment), ...Object.keys(wanted.environment)]);
  const fields: [string, string | undefined, string | undefined][] = [
    ['command', commandText(installed.argv), commandText(wanted.argv)],
    ['working directory', installed.workingDirectory, wanted.workingDirectory],
    ['environment file', installed.environmentFile, wanted.environmentFile],
    ...[...names]
      .sort()
      .map((name): [string, string | undefined, string | undefined] => [
        `environment ${name}`,
        installed.environment[name],
        wanted.environment[name],
      ]),
  ];
  return fields
    .filter(([, a, b]) => a !== b)
    .map(([field, a, b]) => ({ field, installed: shown(field, a), wanted: shown(field, b) }));
}

/** A command line in one line; a word with blanks in it stays one word. */
const commandText = (argv: readonly string[]) => argv.map((w) => (/^$|[\s"]/.test(w) ? JSON.stringify(w) : w)).join(' ');

// A definition that others wrote may hold secrets: they are compared, never shown.
const shown = (field: string, value: string | undefined) =>
  value !== undefined && /^environment \w*(TOKEN|PASSWORD|SECRET|KEY)/i.test(field) ? '***' : value && redact(value);
