import Type, { type TSchema } from 'typebox';

/** One RPC method: what a client sends, what it gets, and what it must be allowed to do. */
export interface MethodDefinition {
  name: string;
  summary: string;
  /** Scope that the connection needs; none for what every client may ask. */
  scope?: 'operator.read' | 'operator.write' | 'operator.admin' | 'operator.pairing';
  /** Only connections of this role may call it. */
  role?: 'node';
  params: TSchema;
  result: TSchema;
}

export interface EventDefinition {
  name: string;
  summary: string;
  /** Scope without which a connection does not get it; none for what every client gets. */
  scope?: MethodDefinition['scope'];
  /** It goes to the one node that is meant, and to nobody else. */
  role?: 'node';
  payload: TSchema;
}

// Short words for the definitions. Shapes refer to one another by name: ref('HelloOk').
const closed = { additionalProperties: false };
export const ref = (name: string): TSchema => Type.Ref(name);
export const text = (description?: string): TSchema => Type.String({ minLength: 1, ...(description ? { description } : {}) });
/** What is kept or shown in lists: a name, not a document. */
export const short = (description?: string): TSchema =>
  Type.String({ minLength: 1, maxLength: 256, ...(description ? { description } : {}) });
export const atMost = (items: TSchema, maxItems: number, description?: string): TSchema =>
  Type.Array(items, { maxItems, ...(description ? { description } : {}) });
/** Milliseconds to wait: every wait has an end. */
export const wait = (description: string): TSchema => Type.Integer({ minimum: 0, maximum: 3_600_000, description });
export const whole = (description?: string): TSchema => Type.Integer({ minimum: 0, ...(description ? { description } : {}) });
export const flag = (description?: string): TSchema => Type.Boolean(description ? { description } : {});
export const list = (items: TSchema, description?: string): TSchema => Type.Array(items, description ? { description } : {});
export const oneOf = (values: string[], description?: string): TSchema => Type.Enum(values, description ? { description } : {});
export const exactly = (value: string | boolean | number): TSchema => Type.Literal(value);
export const anything = (description?: string): TSchema => Type.Unknown(description ? { description } : {});
export const orNull = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);
export const mapOf = (values: TSchema, description?: string): TSchema =>
  Type.Object({}, { additionalProperties: values, ...(description ? { description } : {}) });

/** An object that may have no other keys. Keys that end in "?" are optional. */
export function shape(properties: Record<string, TSchema>, description?: string): TSchema {
  return Type.Object(optionals(properties), { ...closed, ...(description ? { description } : {}) });
}

/** An object that other versions may extend: what a client reads must not break on a key it does not know. */
export function openShape(properties: Record<string, TSchema>, description?: string): TSchema {
  return Type.Object(optionals(properties), { additionalProperties: true, ...(description ? { description } : {}) });
}

function optionals(properties: Record<string, TSchema>): Record<string, TSchema> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, schema]) =>
      key.endsWith('?') ? [key.slice(0, -1), Type.Optional(schema)] : [key, schema],
    ),
  );
}
