import Type, { type TSchema } from 'typebox';

const closed = { additionalProperties: false };

/** What runs as the gateway: Polygate's own, or a command. */
export const Program: TSchema = Type.Union(
  [
    Type.Literal('reference', { description: 'The gateway that Polygate ships' }),
    Type.Object(
      {
        command: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'Program and arguments' }),
      },
      { ...closed, description: 'An external command' },
    ),
  ],
  { description: 'What runs as the gateway' },
);

/** Polygate's own settings of one instance: `<config folder>/instances/<product>/<profile>.json`. */
export const InstanceSettings: TSchema = Type.Object(
  {
    version: Type.Literal(1),
    program: Type.Optional(Program),
    stateDir: Type.Optional(
      Type.String({ minLength: 1, description: 'Canonical path, where it is not the usual one of the profile' }),
    ),
    configPath: Type.Optional(
      Type.String({ minLength: 1, description: 'Canonical path, where it is not the usual one in the state directory' }),
    ),
  },
  {
    ...closed,
    title: 'Polygate settings of an instance',
    description: 'Kept apart from the config of the gateway, which may refuse unknown keys.',
  },
);

/** The host-wide record of instances and their ports: `<data folder>/ledger.json`. */
export const Ledger: TSchema = Type.Object(
  {
    version: Type.Literal(1),
    instances: Type.Array(
      Type.Object(
        {
          product: Type.String({ minLength: 1 }),
          profile: Type.String({ minLength: 1 }),
          stateDir: Type.String({ minLength: 1, description: 'Canonical path: with the product, the key' }),
          configPath: Type.String({ minLength: 1 }),
          workspace: Type.String({ minLength: 1 }),
          port: Type.Integer({ minimum: 1, maximum: 65535, description: 'Base port leased to the instance' }),
          cdp: Type.Object(
            {},
            {
              additionalProperties: Type.Integer({ minimum: 1, maximum: 65535 }),
              description: 'CDP ports leased, by browser profile',
            },
          ),
          createdAt: Type.String({ description: 'ISO 8601' }),
        },
        closed,
      ),
    ),
  },
  { ...closed, title: 'Polygate ledger' },
);
