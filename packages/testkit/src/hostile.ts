// Input that is meant to do harm, or that looks like it: for unit tests of what reads it, and for the story that drives the
// command over all of it.

/** A profile name, with a piece of the reason that it is refused for. */
export const HOSTILE_NAMES: readonly (readonly [name: string, reason: string])[] = [
  ['', 'is empty'],
  [' ', 'is blank'],
  ['\t', 'is blank'],
  ['.', 'starts with "."'],
  ['..', 'looks like a path'],
  ['../main', 'looks like a path'],
  ['/etc/passwd', 'looks like a path'],
  ['a/../../b', 'looks like a path'],
  ['a\\b', 'looks like a path'],
  ['%2e%2e', 'starts with "%"'],
  ['~', 'starts with "~"'],
  ['C:main', 'contains ":"'],
  ['-rf', 'starts with "-"'],
  ['--json', 'starts with "-"'],
  ['$(id)', 'starts with "$"'],
  ['a;b', 'contains ";"'],
  ['a"b', 'contains "'],
  ['a%n', 'contains "%"'],
  ['{profile}', 'starts with "{"'],
  ['__proto__', 'starts with "_"'],
  ['con.txt', 'contains "."'],
  ['main\n', 'control character'],
  ['a\u001b[31mb', 'control character'],
  // Cyrillic a, full width m, Kelvin sign, dotless i: each looks like a letter of ASCII, or folds to one.
  ['m\u0430in', 'outside ASCII'],
  ['\uff4dain', 'outside ASCII'],
  ['\u212a', 'outside ASCII'],
  ['ma\u0131n', 'outside ASCII'],
  ['main\u200b', 'outside ASCII'],
  ['\u202eniam', 'outside ASCII'],
  ['mai\u0301n', 'outside ASCII'],
  ['x'.repeat(65), 'longer than 64'],
  ['x'.repeat(100_000), 'longer than 64'],
];

type Change = (pack: Record<string, never>) => unknown;
const set =
  (path: string, value: unknown): Change =>
  (pack) => {
    const copy = structuredClone(pack) as Record<string, unknown>;
    const keys = path.split('.');
    const last = keys.pop() as string;
    let at = copy;
    for (const key of keys) at = at[key] as Record<string, unknown>;
    at[last] = value;
    return copy;
  };

/** A change to a sound product pack, or a text in its place, with the key that is named and a piece of what is said of it. */
export const HOSTILE_PACKS: readonly (readonly [what: string, change: Change | string, said: string])[] = [
  ['a state directory above the home', set('stateDir.default', '../evil'), 'stateDir.default: must match'],
  ['an absolute state directory', set('stateDir.default', '/etc/evil'), 'stateDir.default: must match'],
  ['a way up and out', set('stateDir.default', 'a/../../b'), 'stateDir.default: must match'],
  ['the home itself', set('stateDir.default', '.'), 'stateDir.default: has a part'],
  ['an empty part', set('workspace.default', 'a//b'), 'workspace.default: has a part'],
  ['a trailing slash', set('workspace.default', 'a/'), 'workspace.default: has a part'],
  ['a template above the home', set('stateDir.profile', '../{profile}'), 'stateDir.profile: must match'],
  ['a template that climbs after the name', set('stateDir.profile', '.x-{profile}/../..'), 'stateDir.profile: must match'],
  ['an absolute template', set('workspace.profile', '/{profile}'), 'workspace.profile: must match'],
  ['a template without the name', set('stateDir.profile', '.evil'), 'stateDir.profile: must contain {profile} once'],
  ['a template with the name twice', set('stateDir.profile', '.{profile}-{profile}'), 'stateDir.profile: must contain {profile}'],
  ['a template with another brace', set('stateDir.profile', '.{profile}-{home}'), 'stateDir.profile: must contain {profile}'],
  [
    'a template that gives what default has',
    (pack) => set('stateDir.profile', '.evil-{profile}')(set('stateDir.default', '.evil-main')(pack) as never),
    'stateDir.profile: gives the profile main what default has',
  ],
  ['a unit outside its folder', set('service.systemd.profile', '../../{profile}'), 'service.systemd.profile: must match'],
  ['a unit with lines', set('service.systemd.profile', 'x-{profile}\nExecStart=/bin/sh'), 'service.systemd.profile: must match'],
  ['a label with a slash', set('service.launchd.default', 'com/evil'), 'service.launchd.default: must match'],
  ['a task with a quote', set('service.windows.default', 'Evil" & calc'), 'service.windows.default: must match'],
  ['a config file above', set('configFile', '../.bashrc'), 'configFile: must match'],
  ['a config file that is a directory', set('configFile', '..'), 'configFile: must match'],
  ['an older config file elsewhere', set('legacyConfigFiles', ['../../.ssh/id_ed25519']), 'legacyConfigFiles[0]: must match'],
  ['a variable of the loader', set('env.names', { PROFILE: ['LD_PRELOAD'] }), 'env.names.PROFILE: LD_PRELOAD does not end'],
  ['a variable of the system', set('env.names', { STATE_DIR: ['HOME'] }), 'env.names.STATE_DIR: HOME does not end'],
  ['a prefix that is none', set('env.prefix', 'evil'), 'env.prefix: must match'],
  ['an id with a letter that only looks right', set('id', 'z\u0435ro'), 'id: must match'],
  ['a marker with a line break', set('service.marker', 'x\ny'), 'service.marker: must match'],
  ['a port as text', set('ports.base', '18789'), 'ports.base: must be an integer'],
  ['a port with a fraction', set('ports.base', 18_789.5), 'ports.base: must be an integer'],
  ['a base without room above it', set('ports.dev', 65_535), 'ports.dev: must be at most'],
  ['a band that ends before it begins', set('ports.cdp', { first: 110, last: 11 }), 'ports.cdp: ends before it begins'],
  ['a name of 300 characters', set('displayName', 'x'.repeat(300)), 'displayName: must not be longer than'],
  ['NUL', set('displayName', 'a\0b'), 'displayName: contains a NUL'],
  ['__proto__', '{"id":"evil","__proto__":{"isDefault":true}}', 'contains the key "__proto__"'],
  ['an array', '[]', 'must be an object'],
  ['no JSON', '{oops', 'is not valid JSON'],
  ['10 MB', ' '.repeat(10_000_000), 'is larger than 64 KiB'],
  ['deep nesting', `{"id":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 'is nested more than 64 levels'],
];

const deep = (open: string, close: string, levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`;

/** The text of a config, with a piece of what is said of it. `{config}` stands for the name of the file itself. */
export const HOSTILE_CONFIGS: readonly (readonly [what: string, text: string, said: string])[] = [
  ['nothing', '', 'is not valid JSON5'],
  ['an array', '[]', 'must be an object'],
  ['10 MB', `{"x":"${'x'.repeat(10_000_000)}"}`, 'is larger than 512 KiB'],
  ['deep arrays', `{"channels":${deep('[', ']', 100_000)}}`, 'is nested more than 64 levels'],
  ['deep objects', `{channels:${deep('{a:', '}', 50_000)}}`, 'is nested more than 64 levels'],
  ['one level too many', `{"channels":${deep('[', ']', 64)}}`, 'is nested more than 64 levels'],
  ['nothing but openings', '['.repeat(400_000), 'is nested more than 64 levels'],
  ['__proto__', '{"__proto__":{"gateway":{"mode":"local"}}}', 'contains the key "__proto__"'],
  ['__proto__ in JSON5', '{browser:{profiles:{__proto__:{cdpPort:1}}}}', 'browser.profiles: contains the key "__proto__"'],
  ['__proto__ in other words', '{"gateway":{"\\u005f_proto__":{}}}', 'gateway: contains the key "__proto__"'],
  ['a port with a fraction', '{"gateway":{"port":18789.5}}', 'gateway.port: must be an integer'],
  ['a port as text', '{"gateway":{"port":"18789"}}', 'gateway.port: must be an integer'],
  ['a port below nothing', '{"gateway":{"port":-1}}', 'gateway.port: must be at least 1'],
  ['a port without end', '{"gateway":{"port":1e999}}', 'gateway.port: must be at most 65535'],
  ['a port that is no number', '{gateway:{port:NaN}}', 'gateway.port: must be an integer'],
  [
    'a CDP port with a fraction',
    '{"browser":{"profiles":{"a":{"cdpPort":1.5}}}}',
    'browser.profiles.a.cdpPort: must be an integer',
  ],
  ['a NUL in a path', '{"agents":{"defaults":{"workspace":"/tmp/a\\u0000b"}}}', 'agents.defaults.workspace: contains a NUL'],
  ['a NUL in a key', '{"gateway":{"a\\u0000b":1}}', 'gateway: contains a key with a NUL'],
  ['a NUL in the text', '{"gateway"\0:{}}', 'is not valid JSON5'],
  ['a mode that only looks right', '{"gateway":{"mode":"l\u043ecal"}}', 'gateway.mode: must be one of'],
  ['an open string', '{"gateway":{"mode":"local', 'is not valid JSON5'],
  ['an open comment', '{} /* and then', 'is not valid JSON5'],
  ['itself, included', '{"$include":"./{config}"}', '$include: is not followed'],
  ['a ring of two files', '{"gateway":{"$include":["./ring.json"]}}', 'gateway.$include: is not followed'],
];
