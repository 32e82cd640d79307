import Type, { type TObjectOptions, type TSchema } from 'typebox';

// Unknown keys are reported as warnings (config/check.ts), never as errors: real gateways of the family have many more,
// and each version knows others.
const closed = { additionalProperties: false };
const open = { additionalProperties: true };
const port = (description: string): TSchema => Type.Integer({ minimum: 1, maximum: 65535, description });
const flag = (description: string): TSchema => Type.Boolean({ description });
const text = (description: string): TSchema => Type.String({ minLength: 1, description });
const oneOf = (values: string[], description: string): TSchema => Type.Enum(values, { description });
const section = (description: string): TSchema => Type.Object({}, { ...open, description });
const some = (properties: Record<string, TSchema>, options: TObjectOptions = closed): TSchema =>
  Type.Object(Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, Type.Optional(schema)])), options);

const texts = (description: string): TSchema => Type.Array(Type.String({ minLength: 1 }), { description });
const bytes = (description: string): TSchema => Type.Integer({ minimum: 1, maximum: 104_857_600, description });

const http = some(
  {
    allowedHosts: texts(
      'Names of this host, besides its addresses and its own name, that HTTP is answered by: those of a proxy or a tunnel (none)',
    ),
    endpoints: some(
      {
        chatCompletions: some(
          { enabled: flag('Answer /v1/chat/completions (true)'), maxBodyBytes: bytes('Bytes of a request at most (4194304)') },
          open,
        ),
        responses: some(
          { enabled: flag('Answer /v1/responses (true)'), maxBodyBytes: bytes('Bytes of a request at most (4194304)') },
          open,
        ),
        metrics: some({ enabled: flag('Answer /metrics in the text format of Prometheus (false)') }),
      },
      open,
    ),
  },
  open,
);

const hooks = some(
  {
    enabled: flag('Take hooks (false)'),
    token: text('What whoever calls a hook shows: not the secret of the gateway. "${NAME}": from the secret file'),
    path: text('Path below which hooks come in (/hooks)'),
    maxBodyBytes: bytes('Bytes of a hook at most (262144)'),
    allowedAgentIds: texts('Agents that hooks may ask ("*": all of them, as without this)'),
    allowRequestSessionKey: flag('A request to <path>/agent may name the conversation that it is for (false)'),
    allowedSessionKeyPrefixes: texts('What the key of a conversation of a hook begins with (anything)'),
    defaultSessionKey: text('Conversation of hooks that name none (a new one each time)'),
    mappings: Type.Array(Type.Unknown(), { description: 'What hooks of other names become: match, action and templates' }),
    presets: texts('Mappings that are built in: gmail'),
  },
  open,
);

const gateway = some({
  mode: oneOf(['local', 'remote'], 'local: a gateway runs on this machine. Without it `gateway run` refuses to start'),
  port: port('Base port: WebSocket and HTTP'),
  bind: oneOf(['loopback', 'lan', 'tailnet', 'auto', 'custom'], 'Where to listen. loopback unless said otherwise'),
  customBindHost: text('The address for bind = custom'),
  auth: some({
    mode: oneOf(['token', 'password'], 'How clients authenticate'),
    token: text('The shared token'),
    password: text('The shared password'),
    allowTailscale: flag('Let Tailscale identities in'),
  }),
  reload: some({
    mode: oneOf(['off', 'restart', 'hot', 'hybrid'], 'What an edit of this file does to the running gateway'),
    debounceMs: Type.Integer({ minimum: 0, maximum: 60_000, description: 'Quiet time after an edit, in milliseconds' }),
  }),
  handshakeTimeoutMs: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    description: 'Time that a client has to say hello, in milliseconds (10000)',
  }),
  pingIntervalMs: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    description:
      'How often a connected client is asked for a sign of life, in milliseconds (30000); one that gives none twice is cut off',
  }),
  controlUi: some({ enabled: flag('Serve the control UI (true)'), basePath: text('Path it is served under (/)') }, open),
  remote: some(
    { url: text('Gateway to talk to when mode = remote'), token: text('Its token'), password: text('Its password') },
    open,
  ),
  tailscale: section('Tailscale serve and funnel'),
  http,
  tls: section('TLS'),
  nodes: section('Nodes'),
  trustedProxies: Type.Array(Type.String(), { description: 'Addresses of proxies whose headers are believed' }),
});

const browserProfile = some(
  {
    cdpPort: port('CDP port of this browser profile'),
    cdpUrl: text('CDP address of a remote browser'),
    color: text('Colour in the UI'),
    driver: text('How the browser is driven'),
  },
  open,
);

const browser = some(
  {
    enabled: flag('Run the browser control server'),
    controlUrl: text('Address of the browser control server'),
    cdpUrl: text("CDP address of the program's own browser profile"),
    cdpPortRangeStart: port('First CDP port of the instance, where it is not to follow the base port'),
    defaultProfile: text('Browser profile used when none is named'),
    executablePath: text('The browser to start'),
    headless: flag('Start it without a window'),
    noSandbox: flag('Start it without its sandbox'),
    attachOnly: flag('Never start a browser'),
    color: text('Colour in the UI'),
    profiles: Type.Object({}, { additionalProperties: browserProfile, description: 'Browser profiles by name' }),
  },
  open,
);

const sections = [
  'agent',
  'approvals',
  'audio',
  'auth',
  'bindings',
  'bridge',
  'broadcast',
  'channels',
  'cron',
  'diagnostics',
  'discovery',
  'identity',
  'media',
  'messages',
  'meta',
  'models',
  'nodeHost',
  'plugins',
  'routing',
  'secrets',
  'session',
  'skills',
  'talk',
  'tools',
  'ui',
  'update',
  'web',
  'wizard',
];

/** The config file of a gateway: the keys that Polygate reads, typed; the family's other sections, let through. */
export const GatewayConfig: TSchema = some(
  {
    $schema: Type.String(),
    gateway,
    agents: some(
      { defaults: some({ workspace: text('Workspace of the agents') }, open), list: Type.Array(Type.Unknown()) },
      open,
    ),
    browser,
    hooks,
    canvasHost: some({
      enabled: flag('Serve the canvas and A2UI (true)'),
      port: port('Port of the canvas server, where the product has one'),
      root: text('Directory that is served (canvas in the workspace)'),
      liveReload: flag('Reload pages when a file changes (true)'),
    }),
    logging: some(
      { level: oneOf(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'What is logged'), file: text('Log file') },
      open,
    ),
    commands: some({ restart: flag('Allow a restart in place by signal') }, open),
    env: section('Environment variables for the gateway'),
    ...Object.fromEntries(sections.map((name) => [name, Type.Unknown()])),
  },
  {
    ...closed,
    title: 'Gateway config',
    description: 'The config file of a gateway, JSON5. Keys of the family that are not listed here are reported, not refused.',
  },
);
