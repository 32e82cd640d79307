import Type, { type TSchema } from 'typebox';

// Short words for the documents that commands print. All objects are open: a reader must not break on a field that a later
// version adds. That we print no field without a name here is what the stories check (e2e/support/schemas.ts).
const said = (description: string | undefined) => (description === undefined ? {} : { description });

/** Another shape, by its name in index.ts. */
export const ref = (name: string, description?: string): TSchema => Type.Ref(name, said(description));
export const text = (description?: string): TSchema => Type.String(said(description));
export const whole = (description?: string): TSchema => Type.Integer({ minimum: 0, ...said(description) });
export const port = (description?: string): TSchema => Type.Integer({ minimum: 1, maximum: 65535, ...said(description) });
/** A port that follows from a base port: where the base is too high, which is reported as such, the port does not exist. */
export const derivedPort = (description?: string): TSchema => Type.Integer({ minimum: 1, ...said(description) });
export const decimal = (description?: string): TSchema => Type.Number({ minimum: 0, ...said(description) });
export const flag = (description?: string): TSchema => Type.Boolean(said(description));
export const list = (items: TSchema, description?: string): TSchema => Type.Array(items, said(description));
export const oneOf = (values: readonly string[], description?: string): TSchema => Type.Enum([...values], said(description));
export const exactly = (value: string | boolean | number, description?: string): TSchema =>
  Type.Literal(value, said(description));
export const either = (options: TSchema[], description?: string): TSchema => Type.Union(options, said(description));
export const orNull = (schema: TSchema, description?: string): TSchema => Type.Union([schema, Type.Null()], said(description));
export const anything = (description?: string): TSchema => Type.Unknown(said(description));
export const mapOf = (values: TSchema, description?: string): TSchema =>
  Type.Object({}, { additionalProperties: values, ...said(description) });

/** Fields by name; a name that ends in "?" may be absent. */
export type Fields = Record<string, TSchema>;

export function shape(fields: Fields, description?: string): TSchema {
  const properties = Object.entries(fields).map(([name, schema]): [string, TSchema] =>
    name.endsWith('?') ? [name.slice(0, -1), Type.Optional(schema)] : [name, schema],
  );
  return Type.Object(Object.fromEntries(properties), said(description));
}

/** A document that a command prints when it did its work. Whatever the command, something may have been worth a warning. */
export function document(fields: Fields, description?: string): TSchema {
  return shape(
    { ...fields, 'warnings?': list(text(), 'What is worth knowing; on stderr too. Absent when there is nothing') },
    description,
  );
}
