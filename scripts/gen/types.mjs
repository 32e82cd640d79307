import { compile } from 'json-schema-to-typescript';

const OPTIONS = {
  bannerComment: '',
  additionalProperties: false,
  ignoreMinAndMaxItems: true,
  style: { printWidth: 110, singleQuote: true },
  unknownAny: true,
};
const TELLS_A_TYPE = ['type', 'enum', 'const', 'anyOf', '$ref', '$defs', 'tsType'];

/**
 * TypeScript interfaces of a JSON Schema, under exactly the names that the definitions use. `written`: types of what is
 * printed, where a field that is undefined is one that is left out.
 */
export async function typesOf(name, schema, { written = false } = {}) {
  const prepared = prepare(structuredClone(schema), written);
  for (const [key, value] of Object.entries(prepared.$defs ?? {})) value.title = key;
  const text = await compile({ ...prepared, title: name }, name, OPTIONS);
  return `${text.trim()}\n`;
}

// Without a type keyword the library writes an index signature; such a schema lets anything through. Objects that other
// versions may extend get no index signature either: what is not in the definition is nothing that our code reads.
function prepare(schema, written) {
  if (!TELLS_A_TYPE.some((key) => key in schema)) schema.tsType = 'unknown';
  // A description beside a $ref would make another type of the same shape.
  if ('$ref' in schema) delete schema.description;
  if (schema.additionalProperties === true) schema.additionalProperties = false;
  for (const inner of Object.values({ ...schema.properties, ...schema.$defs })) prepare(inner, written);
  for (const key of ['items', 'additionalProperties']) if (typeof schema[key] === 'object') prepare(schema[key], written);
  for (const inner of schema.anyOf ?? []) prepare(inner, written);
  if (written)
    for (const key of Object.keys(schema.properties ?? {})) if (!schema.required?.includes(key)) orUndefined(schema, key);
  return schema;
}

function orUndefined({ properties }, key) {
  const { description, ...plain } = properties[key];
  properties[key] = { ...(description ? { description } : {}), anyOf: [plain, { tsType: 'undefined' }] };
}
