import Type, { type TSchema } from 'typebox';
import { supervision } from './supervision.ts';

const closed = { additionalProperties: false };
// Long enough for every name there is, short enough for a path (255 bytes a part on most file systems).
const MAX_TEXT = 200;
const text = (description: string, pattern?: string): TSchema =>
  Type.String({ description, minLength: 1, maxLength: MAX_TEXT, ...(pattern ? { pattern } : {}) });

/** What a name is made of, without and with a profile's name in it. product/check.ts says the rest in words. */
interface Form {
  plain: string;
  template: string;
}

// Two dots lead out of the directory that a path shall lie in.
const NO_DOTS = '(?!.*\\.\\.)';
const BELOW_HOME: Form = {
  plain: `^${NO_DOTS}[A-Za-z0-9._-][A-Za-z0-9._/-]*$`,
  template: `^${NO_DOTS}[A-Za-z0-9._{-][A-Za-z0-9._{}/-]*$`,
};
const FILE = `^${NO_DOTS}[A-Za-z0-9.][A-Za-z0-9._-]*$`;
const NAME: Form = { plain: '^[A-Za-z0-9][A-Za-z0-9 ._()-]*$', template: '^[A-Za-z0-9{][A-Za-z0-9 ._(){}-]*$' };
const LABEL: Form = { plain: '^[A-Za-z0-9][A-Za-z0-9.-]*$', template: '^[A-Za-z0-9{][A-Za-z0-9.{}-]*$' };
const UNIT: Form = { plain: '^[A-Za-z0-9][A-Za-z0-9_.-]*$', template: '^[A-Za-z0-9{][A-Za-z0-9_.{}-]*$' };
// What a browser sends as it is: no blank, no quote, no bracket.
const HTTP_PATH = '^/[A-Za-z0-9._~/-]*$';

const perProfile = (what: string, form: Form, rest: Record<string, TSchema> = {}): TSchema =>
  Type.Object(
    {
      default: text(`${what} of the default profile`, form.plain),
      profile: text(`${what} of a named profile; {profile} stands for its name`, form.template),
      ...rest,
    },
    closed,
  );
const underHome = (what: string): TSchema => perProfile(`${what}, below the home directory,`, BELOW_HOME);
const names = (description: string, pattern: string): TSchema =>
  Type.Array(Type.String({ minLength: 1, maxLength: MAX_TEXT, pattern }), { description, maxItems: 32 });
const port = (description: string): TSchema => Type.Integer({ minimum: 1, maximum: 65535, description });
const version = (description: string): TSchema => text(description, '^[0-9]+\\.[0-9]+\\.[0-9]+$');
const offset = (description: string): TSchema => Type.Integer({ minimum: 0, maximum: 110, description });

const httpPath = (description: string): TSchema => Type.Optional(text(description, HTTP_PATH));

/** How the gateways of some versions behave, as far as they do so differently. */
const generation: TSchema = Type.Object(
  {
    from: version('First version'),
    to: Type.Optional(version('Last version; left out: every later one')),
    protocols: Type.Array(Type.Integer({ minimum: 1, maximum: 99 }), {
      minItems: 1,
      maxItems: 8,
      description: 'Versions of the wire protocol, one of which a client has to offer',
    }),
    namesItself: Type.Boolean({
      description: 'hello-ok names the paths of this very profile; false: those of the default profile, whoever answers',
    }),
    http: Type.Optional(
      Type.Object(
        {
          alive: httpPath('Answers as long as the process does'),
          ready: httpPath('Answers 200 when it is of use, 503 before'),
          started: httpPath('Answers 200 when the start is over, 503 before'),
        },
        {
          ...closed,
          description: 'HTTP paths that answer probes; without any, 200 on a path proves nothing (a web page is served on all)',
        },
      ),
    ),
    lock: Type.Optional(
      text(
        'File below the temporary folder that tells which process owns a config: {uid} of the account, {hash} of the path of the config',
        `^${NO_DOTS}[A-Za-z0-9][A-Za-z0-9._{}/-]*$`,
      ),
    ),
    stopSeconds: Type.Integer({ minimum: 1, maximum: 3600, description: 'So long it may take to end by itself when asked to' }),
    environment: Type.Object(
      {},
      {
        additionalProperties: Type.String({ maxLength: MAX_TEXT, pattern: '^[A-Za-z0-9._-]*$' }),
        description: 'Variables (without the prefix) that a supervisor gives it, so that one process is what it started',
      },
    ),
    fatalRetries: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 5, description: 'So often it is started again all the same after a fatal exit' }),
    ),
    fatalExits: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 255 }), {
        maxItems: 8,
        description: 'Exit codes besides 78 after which starting it again cannot help',
      }),
    ),
  },
  closed,
);

/** A member of the gateway family, as data. The source of templates/products/product.schema.json. */
export const ProductPack: TSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    id: text('Stable id: --product, JSON, ledger', '^[a-z][a-z0-9-]{0,31}$'),
    displayName: text('Name for people', NAME.plain),
    isDefault: Type.Optional(Type.Boolean({ description: 'The product when none is named anywhere; one pack at most' })),
    command: text('Name of the command that the documents of this product use', '^[a-z][a-z0-9-]{0,31}$'),
    env: Type.Object(
      {
        prefix: text('Prefix of every environment variable of the product', '^[A-Z][A-Z0-9_]*_$'),
        names: Type.Optional(
          Type.Object(
            {},
            {
              additionalProperties: Type.Array(Type.String({ maxLength: MAX_TEXT, pattern: '^[A-Z][A-Z0-9_]*$' }), {
                minItems: 1,
                maxItems: 8,
              }),
              description: 'Variables that go by other names than prefix + suffix: suffix → full names, the first one set wins',
            },
          ),
        ),
      },
      closed,
    ),
    stateDir: underHome('State directory'),
    configFile: text('Name of the config file in the state directory', FILE),
    legacyConfigFiles: Type.Optional(names('Older names of the config file that are picked up when they exist', FILE)),
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
    browserProfile: Type.Optional(
      text(
        'Browser profile that is used when none is named, and takes the first CDP port; left out where it is the id',
        '^[a-z0-9][a-z0-9-]{0,63}$',
      ),
    ),
    service: Type.Object(
      {
        marker: text('Value of the SERVICE_MARKER variable in definitions', UNIT.plain),
        launchd: perProfile('launchd label', LABEL, {
          reserved: Type.Optional(names('Profile names whose label would be one that the product uses itself', UNIT.plain)),
          legacy: Type.Optional(names('Labels of earlier generations', LABEL.plain)),
        }),
        systemd: perProfile('systemd unit name without .service', UNIT, {
          legacy: Type.Optional(names('Unit names of earlier generations', UNIT.plain)),
        }),
        windows: perProfile('Windows task and service name', NAME),
      },
      closed,
    ),
    generations: Type.Optional(
      Type.Array(generation, {
        description:
          'What differs between its versions, oldest first. A version that none names is treated so that no version takes harm',
        maxItems: 16,
      }),
    ),
    supervise: Type.Optional(
      Type.Object(
        {
          probes: supervision.probes as TSchema,
          stop: supervision.stop as TSchema,
          restartSignals: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  from: version('First version'),
                  to: Type.Optional(version('Last version; left out: every later one')),
                  signal: Type.Enum(['SIGUSR1', 'SIGUSR2'], { description: 'Signal' }),
                  needs: Type.Optional(text('What has to be set in the config for it to have an effect')),
                },
                closed,
              ),
              {
                description:
                  'Signals by which some versions restart in place; a version that is not named is ended and started anew',
                maxItems: 16,
              },
            ),
          ),
        },
        { ...closed, description: 'How the supervisor treats it, where its settings say nothing else' },
      ),
    ),
    clients: Type.Object(
      {
        controlUi: text('client.id of the control UI', UNIT.plain),
        probe: text("client.id of the product's own prober", UNIT.plain),
        apps: names("client.ids of the product's apps", UNIT.plain),
      },
      closed,
    ),
    paths: Type.Object(
      {
        canvas: text('HTTP path of the canvas', HTTP_PATH),
        a2ui: text('HTTP path of A2UI', HTTP_PATH),
        canvasLive: text('HTTP path of the canvas live-reload socket', HTTP_PATH),
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
