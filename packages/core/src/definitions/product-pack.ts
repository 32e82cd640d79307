import Type, { type TSchema } from 'typebox';

const closed = { additionalProperties: false };
const text = (description: string, pattern?: string): TSchema =>
  Type.String({ description, minLength: 1, ...(pattern ? { pattern } : {}) });
const name = (description: string): TSchema => text(description, '^[A-Za-z0-9][A-Za-z0-9 ._()-]*$');
const fileName = (description: string): TSchema => text(description, '^[A-Za-z0-9.][A-Za-z0-9._-]*$');
const perProfile = (what: string, part: (d: string) => TSchema, rest: Record<string, TSchema> = {}): TSchema =>
  Type.Object(
    {
      default: part(`${what} of the default profile`),
      profile: text(`${what} of a named profile; {profile} stands for its name`, '\\{profile\\}'),
      ...rest,
    },
    closed,
  );
const underHome = (what: string): TSchema =>
  perProfile(`${what}, below the home directory,`, (d) => text(d, '^[A-Za-z0-9._/-]+$'));
const names = (description: string): TSchema => Type.Array(Type.String({ minLength: 1 }), { description });
const port = (description: string): TSchema => Type.Integer({ minimum: 1, maximum: 65535, description });
const offset = (description: string): TSchema => Type.Integer({ minimum: 0, maximum: 110, description });

/** A member of the gateway family, as data. The source of templates/products/product.schema.json. */
export const ProductPack: TSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    id: text('Stable id: --product, JSON, ledger', '^[a-z][a-z0-9-]{0,31}$'),
    displayName: name('Name for people'),
    isDefault: Type.Optional(Type.Boolean({ description: 'The product when none is named anywhere; one pack at most' })),
    command: text('Name of the command that the documents of this product use', '^[a-z][a-z0-9-]{0,31}$'),
    env: Type.Object(
      {
        prefix: text('Prefix of every environment variable of the product', '^[A-Z][A-Z0-9_]*_$'),
        names: Type.Optional(
          Type.Object(
            {},
            {
              additionalProperties: Type.Array(Type.String({ pattern: '^[A-Z][A-Z0-9_]*$' }), { minItems: 1 }),
              description: 'Variables that go by other names than prefix + suffix: suffix → full names, the first one set wins',
            },
          ),
        ),
      },
      closed,
    ),
    stateDir: underHome('State directory'),
    configFile: fileName('Name of the config file in the state directory'),
    legacyConfigFiles: Type.Optional(names('Older names of the config file that are picked up when they exist')),
    workspace: underHome('Workspace'),
    ports: Type.Object(
      {
        base: port('Base port of the default profile'),
        dev: port('Base port of the profile "dev"'),
        browserControl: offset('Offset of the browser control port'),
        canvas: Type.Union([offset('Offset of the canvas port'), Type.Null()], {
          description: 'Offset of the canvas port; null when the canvas is served on the base port',
        }),
        cdp: Type.Object(
          {
            first: offset('Offset of the first CDP port'),
            last: offset('Offset of the last CDP port'),
            profile: Type.Optional(
              text('Browser profile that takes the first CDP port unless the config says otherwise', '^[a-z0-9][a-z0-9-]{0,63}$'),
            ),
          },
          closed,
        ),
        soft: Type.Optional(
          Type.Array(
            Type.Object(
              { offset: offset('Offset'), use: text('What uses it'), versions: Type.Optional(text('In which versions')) },
              closed,
            ),
            { description: 'Further ports that some real versions of the product bind: avoided, and warned of when met' },
          ),
        ),
      },
      closed,
    ),
    service: Type.Object(
      {
        marker: text('Value of the SERVICE_MARKER variable in definitions'),
        launchd: perProfile('launchd label', (d) => text(d, '^[A-Za-z0-9][A-Za-z0-9.-]*$'), {
          reserved: Type.Optional(names('Profile names whose label would be one that the product uses itself')),
          legacy: Type.Optional(names('Labels of earlier generations')),
        }),
        systemd: perProfile('systemd unit name without .service', (d) => text(d, '^[A-Za-z0-9][A-Za-z0-9_.-]*$'), {
          legacy: Type.Optional(names('Unit names of earlier generations')),
        }),
        windows: perProfile('Windows task and service name', name),
      },
      closed,
    ),
    clients: Type.Object(
      {
        controlUi: text('client.id of the control UI'),
        probe: text("client.id of the product's own prober"),
        apps: names("client.ids of the product's apps"),
      },
      closed,
    ),
    paths: Type.Object(
      {
        canvas: text('HTTP path of the canvas', '^/'),
        a2ui: text('HTTP path of A2UI', '^/'),
        canvasLive: text('HTTP path of the canvas live-reload socket', '^/'),
      },
      closed,
    ),
  },
  {
    ...closed,
    title: 'Polygate product pack',
    description: 'What Polygate needs to know about one member of the gateway family. Adding a product is one such file.',
  },
);
