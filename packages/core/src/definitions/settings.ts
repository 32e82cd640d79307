import Type, { type TSchema } from 'typebox';
import { DEPENDENCY_CONDITIONS } from '../supervise/spec.ts';
import { supervision } from './supervision.ts';

const closed = { additionalProperties: false };

/** What runs as the gateway: Polygate's own, or a command. */
export const Program: TSchema = Type.Union(
  [
    Type.Literal('reference', { description: 'The gateway that Polygate ships' }),
    Type.Object(
      {
        command: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'Program and arguments' }),
        environment: Type.Optional(
          Type.Object(
            {},
            { additionalProperties: Type.String(), description: 'Variables that its service gives it, none of them a secret' },
          ),
        ),
        secrets: Type.Optional(
          Type.Array(Type.String({ minLength: 1 }), {
            description: 'Names of variables that its service reads from a file of mode 0600',
          }),
        ),
      },
      { ...closed, description: 'An external command' },
    ),
  ],
  { description: 'What runs as the gateway' },
);

const base: Record<string, TSchema> = {
  version: Type.Literal(1),
  program: Type.Optional(Program),
  stateDir: Type.Optional(
    Type.String({ minLength: 1, description: 'Canonical path, where it is not the usual one of the profile' }),
  ),
  configPath: Type.Optional(
    Type.String({ minLength: 1, description: 'Canonical path, where it is not the usual one in the state directory' }),
  ),
  guard: Type.Optional(
    Type.Boolean({ description: 'Its service runs it behind the guard, which probes it (`gateway install --guard`)' }),
  ),
  enabled: Type.Optional(Type.Boolean({ description: '`up` without names starts it. Default: true' })),
};
const ordered: TSchema = Type.Object(
  {},
  {
    additionalProperties: Type.Enum([...DEPENDENCY_CONDITIONS]),
    description: 'Instances (`product/profile`) that are started first, and what is waited for: started or healthy',
  },
);

/** Polygate's own settings of one instance: `<config folder>/instances/<product>/<profile>.json`. */
export const InstanceSettings: TSchema = Type.Object(
  { ...base, depends_on: Type.Optional(ordered), ...supervision },
  {
    ...closed,
    title: 'Polygate settings of an instance',
    description: 'Kept apart from the config of the gateway, which may refuse unknown keys.',
  },
);

/**
 * The same, as far as every command must know it: what only the supervisor acts on is checked by it. The whole check would be
 * half of what a light command loads.
 */
export const SettingsOutline: TSchema = Type.Object(
  {
    ...base,
    ...Object.fromEntries(['depends_on', ...Object.keys(supervision)].map((key) => [key, Type.Optional(Type.Unknown())])),
  },
  { ...closed, title: 'Outline of the settings of an instance' },
);

/** How Polygate's supervisor treats every instance that says nothing else: `<config folder>/supervisor.json`. */
export const SupervisorSettings: TSchema = Type.Object(
  {
    version: Type.Literal(1),
    defaults: Type.Optional(Type.Object(supervision, { ...closed, description: 'For every instance' })),
    metricsPort: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65535, description: '`/metrics` in the text format of Prometheus, on 127.0.0.1' }),
    ),
  },
  {
    ...closed,
    title: 'Polygate settings of the supervisor',
    description: 'How the supervisor treats every instance that says nothing else: `supervisor.json` in the config folder.',
  },
);

/** What `gateway adopt` replaced, to give it back: `<state folder>/adopted/<manager>-<service>.json` (0600: units of others hold secrets). */
export const AdoptionRecord: TSchema = Type.Object(
  {
    version: Type.Literal(1),
    adoptedAt: Type.String({ description: 'ISO 8601' }),
    name: Type.String({ minLength: 1, description: 'Name of the service that was adopted' }),
    enabled: Type.Boolean({ description: 'It started by itself' }),
    active: Type.Boolean({ description: 'It ran' }),
    files: Type.Array(
      Type.Object(
        {
          path: Type.String({ minLength: 1 }),
          mode: Type.Integer({ minimum: 0, maximum: 0o777, description: 'Permission bits' }),
          content: Type.Union([Type.String(), Type.Null()], { description: 'null: there was none' }),
        },
        closed,
      ),
      { description: 'Every file that was changed, as it was' },
    ),
    program: Type.Optional(Program),
  },
  { ...closed, title: 'What an adoption replaced' },
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
