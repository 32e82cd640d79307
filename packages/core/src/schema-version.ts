/** Version of the shape of every JSON document. It grows when a field changes its meaning, not when one is added. */
export const SCHEMA_VERSION = 1 as const;
