import { anchor, code, link, prose } from './markdown.mjs';

/**
 * The fields of an object's schema as rows [path, type, required, meaning]; objects within it are flattened into dotted
 * paths, lists of objects into `path[]`. `shapes` are the names that have a section of their own to link to.
 */
export function fieldRows(schema, shapes = new Set(), prefix = '') {
  const { properties = {}, required = [] } = plain(schema);
  return Object.entries(properties).flatMap(([key, inner]) => {
    const path = prefix + key;
    const row = [path, typeText(inner, shapes), required.includes(key), prose(inner.description ?? '')];
    return [row, ...innerRows(inner, shapes, path)];
  });
}

function innerRows(schema, shapes, path) {
  if (schema.anyOf) return schema.anyOf.flatMap((inner) => innerRows(inner, shapes, path));
  if (schema.type === 'array') return innerRows(schema.items ?? {}, shapes, `${path}[]`);
  if (isMap(schema)) return innerRows(schema.additionalProperties, shapes, `${path}.<name>`);
  return schema.type === 'object' ? fieldRows(schema, shapes, `${path}.`) : [];
}

/** A schema's type in words. */
export function typeText(schema, shapes = new Set()) {
  if (schema.$ref) return shapeText(schema.$ref.replace('#/$defs/', ''), shapes);
  if (schema.anyOf) return schema.anyOf.map((inner) => typeText(inner, shapes)).join(' or ');
  if (schema.enum) return schema.enum.map(code).join(', ');
  if ('const' in schema) return code(JSON.stringify(schema.const));
  if (schema.type === 'array') return `list of ${plural(typeText(schema.items ?? {}, shapes))}`;
  if (isMap(schema)) return `map of ${plural(typeText(schema.additionalProperties, shapes))}`;
  if (schema.pattern) return `text that matches ${code(schema.pattern)}`;
  if (schema.type === 'integer') return schema.maximum === undefined ? 'whole number' : `${schema.minimum} to ${schema.maximum}`;
  return (
    { string: 'text', boolean: 'true or false', object: 'object', null: 'null', number: 'number' }[schema.type] ?? 'anything'
  );
}

/** Rows without those of objects that only hold other rows and say nothing themselves. */
export function withoutBranches(rows) {
  return rows.filter(([path, , , meaning]) => meaning !== '' || !rows.some(([other]) => other.startsWith(`${path}.`)));
}

/** Nothing of TypeBox's own is left in it. */
export const plain = (schema) => JSON.parse(JSON.stringify(schema));

const isMap = ({ type, properties, additionalProperties }) =>
  type === 'object' && Object.keys(properties ?? {}).length === 0 && typeof additionalProperties === 'object';
const plural = (text) => text.replace(/^(object|list|map)\b/, '$1s');
const shapeText = (name, shapes) => (shapes.has(name) ? link(name, anchor(name)) : name);
