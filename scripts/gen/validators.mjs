import Ajv from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';

/**
 * Precompiled validators as the text of a TypeScript module: nothing of ajv is loaded at run time.
 * `definitions` are the shapes by name, with local $refs; for each of `names` the module exports `validate<Name>`. Without
 * allErrors it stops at the first mismatch, in half the code.
 */
export function validatorsOf(definitions, names, { allErrors = true } = {}) {
  // unicode: false keeps the code free of ajv's run-time helper for string length (lengths count UTF-16 units);
  // logger: false because ajv calls that option deprecated on every use.
  const ajv = new Ajv({
    allErrors,
    strict: false,
    unicode: false,
    logger: false,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addSchema({ $id: 'defs', $defs: withoutWords({ properties: definitions }).properties });
  const code = standaloneCode(ajv, Object.fromEntries(names.map((name) => [`raw${name}`, `defs#/$defs/${name}`])));
  if (code.includes('require(')) throw new Error('a validator needs a run-time helper of ajv: change the definition');
  return [
    // Generated code without types; the functions are typed below and tested by what they accept and refuse.
    '// @ts-nocheck',
    "import type { Validator } from '../validator.ts';",
    // Nobody asks for the path within the schema.
    code
      .replace(/^"use strict";\n?/, '')
      .replaceAll(/,schemaPath:"[^"]*"/g, '')
      .replaceAll(/^export const (raw\w+) =/gm, 'const $1 ='),
    ...names.map((name) => `export const validate${name}: Validator = raw${name} as unknown as Validator;`),
    '',
  ].join('\n');
}

/** A schema without what is only for people: the code carries along what it looks up in. */
function withoutWords(schema) {
  if (Array.isArray(schema)) return schema.map(withoutWords);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !['description', 'title', '$schema'].includes(key))
      .map(([key, value]) => [
        key,
        // Names of fields, not keywords: one of them may well be `description`.
        ['properties', '$defs'].includes(key)
          ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutWords(inner)]))
          : ['enum', 'const'].includes(key)
            ? value
            : withoutWords(value),
      ]),
  );
}
