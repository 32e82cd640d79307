import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { ROOT } from './world.ts';

const FOLDER = path.join(ROOT, 'docs/reference/schemas/output');
const read = (file: string) => JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as Schema;

type Schema = { [key: string]: unknown; properties?: Record<string, Schema>; $defs?: Record<string, Schema>; anyOf?: Schema[] };

/** Names of the published schemas. */
export const PUBLISHED: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.schema.json'))
  .map((file) => file.replace('.schema.json', ''));

/** What each command prints, by the names of the schemas. */
export const PRINTED_BY: Readonly<Record<string, readonly string[]>> = read('commands.json') as unknown as Record<
  string,
  string[]
>;

const ajv = new Ajv2020({ allErrors: true, strict: false });
const validators = new Map<string, { published: ValidateFunction; strict: ValidateFunction }>();

function validatorsOf(name: string): { published: ValidateFunction; strict: ValidateFunction } {
  let found = validators.get(name);
  if (!found) {
    const schema = read(`${name}.schema.json`);
    found = { published: ajv.compile(schema), strict: ajv.compile(closed(schema)) };
    validators.set(name, found);
  }
  return found;
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
  const { published, strict } = validatorsOf(name);
  const said = (validate: ValidateFunction) =>
    validate(document)
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message, params }) => `${name}${instancePath} ${message} ${JSON.stringify(params)}`,
        );
  return [...new Set([...said(published), ...said(strict)])];
}

/** Expects a document to be as published: one of `names`, whichever it fits best. Gives it back. */
export function asPublished<T>(document: T, ...names: string[]): T {
  const wrong = names.map((name) => mismatches(document, name)).sort((a, b) => a.length - b.length);
  expect(wrong[0], JSON.stringify(document, null, 2)).toEqual([]);
  return document;
}

/** The same for a stream: line by line. */
export function linesAsPublished<T = Record<string, unknown>>(stdout: string, ...names: string[]): T[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => asPublished(JSON.parse(line) as T, ...names));
}
