import { nestedName } from './names.mjs';

const SCALARS = { string: 'String', integer: 'Int', number: 'Double', boolean: 'Bool' };

/**
 * The Swift type of a schema. Objects and enums that have no name of their own get one from where they stand, and are handed
 * to `declare(name, schema)`. A value that may be null is optional.
 */
export function swiftType(schema, owner, key, declare) {
  if (schema.$ref) return schema.$ref.replace('#/$defs/', '');
  if (schema.anyOf) return optionalType(schema, owner, key, declare);
  if (schema.enum) return declared(schema, owner, key, declare);
  if ('const' in schema) return scalarOf(schema.const, `${owner}.${key}`);
  if (schema.type === 'array') return `[${swiftType(schema.items ?? {}, owner, `${key}-item`, declare)}]`;
  if (schema.type === 'object') return objectType(schema, owner, key, declare);
  if (schema.type === undefined) return 'AnyCodable';
  const scalar = SCALARS[schema.type];
  if (!scalar) throw new Error(`swift: ${owner}.${key} has a type that has no Swift one: ${JSON.stringify(schema.type)}`);
  return scalar;
}

/** The value that a property has when nothing is said: that of a constant. */
export function defaultValue(schema) {
  return 'const' in schema ? JSON.stringify(schema.const) : undefined;
}

export const isMap = (schema) =>
  schema.type === 'object' &&
  Object.keys(schema.properties ?? {}).length === 0 &&
  typeof schema.additionalProperties === 'object';

function objectType(schema, owner, key, declare) {
  if (isMap(schema)) return `[String: ${swiftType(schema.additionalProperties, owner, key, declare)}]`;
  return declared(schema, owner, key, declare);
}

function declared(schema, owner, key, declare) {
  const name = nestedName(owner, key);
  declare(name, schema);
  return name;
}

// Swift has no other union that JSON can be read into without code of its own; the protocol has no other either.
function optionalType({ anyOf }, owner, key, declare) {
  const rest = anyOf.filter((inner) => inner.type !== 'null');
  if (rest.length !== 1 || rest.length === anyOf.length) throw new Error(`swift: ${owner}.${key} is a union of several types`);
  return `${swiftType(rest[0], owner, key, declare)}?`;
}

function scalarOf(value, where) {
  const type = { string: 'String', boolean: 'Bool', number: Number.isInteger(value) ? 'Int' : 'Double' }[typeof value];
  if (!type) throw new Error(`swift: ${where} is a constant that has no Swift type`);
  return type;
}
