import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Finished } from '@polygate/testkit';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

const FOLDER = path.resolve(import.meta.dirname, '..', '..', 'docs/reference/schemas/output');
const read = (file: string) => JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as Schema;

type Schema = { [key: string]: unknown; properties?: Record<string, Schema>; $defs?: Record<string, Schema>; anyOf?: Schema[] };

/** Names of the published schemas. */
export const PUBLISHED: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.schema.json'))
  .map((file) => file.replace('.schema.json', ''));

/** What each command prints, by the names of the schemas; other names of commands included. */
export const PRINTED_BY: Readonly<Record<string, readonly string[]>> = read('commands.json') as unknown as Record<
  string,
  string[]
>;

const ajv = new Ajv2020({ allErrors: true, strict: false });
const validators = new Map<string, ValidateFunction>();

/** Compiled when it is first asked for: that takes longer than what most stories do with it. */
function validatorOf(name: string, change: (schema: Schema) => Schema = (schema) => schema): ValidateFunction {
  const key = `${name} ${change.name}`;
  const validate = validators.get(key) ?? ajv.compile(change(read(`${name}.schema.json`)));
  validators.set(key, validate);
  return validate;
}

/** The same with every object closed: readers must let unknown fields through, and we must not print any. */
function closed(schema: Schema): Schema {
  const each = (map: Record<string, Schema>) =>
    Object.fromEntries(Object.entries(map).map(([key, inner]) => [key, closed(inner)]));
  const { properties, $defs, anyOf, items, additionalProperties } = schema;
  const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
  return {
    ...schema,
    ...(properties ? { properties: each(properties), additionalProperties: false } : {}),
    ...($defs ? { $defs: each($defs) } : {}),
    ...(anyOf ? { anyOf: anyOf.map(closed) } : {}),
    ...(isObject(items) ? { items: closed(items) } : {}),
    ...(isObject(additionalProperties) ? { additionalProperties: closed(additionalProperties) } : {}),
  };
}

/** What is wrong with a document by its published schema, or with fields in it that the schema does not name. */
export function mismatches(document: unknown, name: string): string[] {
  const said = (validate: ValidateFunction) =>
    validate(document)
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message, params }) => `${name}${instancePath} ${message} ${JSON.stringify(params)}`,
        );
  // What the closed one lets through, the published one does.
  const strict = said(validatorOf(name, closed));
  return strict.length === 0 ? [] : [...new Set([...said(validatorOf(name)), ...strict])];
}

/** Expects a document to be as published, and to name no other field. Gives it back. */
export function asPublished<T>(document: T, name: string): T {
  expect(mismatches(document, name), JSON.stringify(document, null, 2)).toEqual([]);
  return document;
}

/** The command that words select; undefined: none. */
export function commandOf(args: readonly string[]): string | undefined {
  const words = args.filter((word, i) => !word.startsWith('-') && !/^--(profile|product|product-file)$/.test(args[i - 1] ?? ''));
  return [3, 2, 1].map((count) => words.slice(0, count).join(' ')).find((name) => name in PRINTED_BY);
}

/** Expects of what ran with --json that its output is as published: the command's own document or lines, or a failure. */
export function finishedAsPublished(args: readonly string[], finished: Finished): Finished {
  if (!args.includes('--json')) return finished;
  const command = commandOf(args);
  const names = command === undefined ? ['failure'] : (PRINTED_BY[command] ?? []);
  const streams = names.some((name) => STREAMED.has(name));
  const documents = !streams || isOne(finished.stdout) ? [finished.stdout] : finished.stdout.split('\n').filter(Boolean);
  for (const document of documents.map((text) => JSON.parse(text) as Record<string, unknown>)) {
    const failed = document?.ok === false && document.error !== undefined && document.instance === undefined;
    const fits = failed ? 'failure' : bestOf(document, names);
    asPublished(document, fits);
  }
  return finished;
}

const STREAMED = new Set(['log-line', 'up-event', 'supervisor-event', 'top', 'ps']);

function isOne(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Lines of a stream. Of a command that promises one document each of them would have to be one.
    return false;
  }
}

function bestOf(document: unknown, names: readonly string[]): string {
  const [best = 'failure'] = [...names].sort((a, b) => mismatches(document, a).length - mismatches(document, b).length);
  return best;
}
