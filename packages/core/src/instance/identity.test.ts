import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fixturePath, textTable } from '@polygate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem, Problem } from '../errors/problem.ts';
import { builtInPacks } from '../gen/products.gen.ts';
import type { PathFlavour } from '../paths.ts';
import type { Env } from '../product/environment.ts';
import { type Identity, resolveIdentity, selectorsOf } from './identity.ts';
import { resolveInstance } from './instance.ts';
import type { Sourced } from './origin.ts';
import type { KnownInstance } from './owners.ts';

/** What the documents of each product say, written down once more: the packs are not asked. */
const PRODUCTS = {
  zero: { prefix: 'ZERO_', home: '.zero', config: 'zero.json' },
  openclaw: { prefix: 'OPENCLAW_', home: '.openclaw', config: 'openclaw.json' },
  moltbot: {
    prefix: 'CLAWDBOT_',
    home: '.clawdbot',
    config: 'moltbot.json',
    names: { STATE_DIR: 'MOLTBOT_STATE_DIR', CONFIG_PATH: 'MOLTBOT_CONFIG_PATH' },
  },
  clawdbot: { prefix: 'CLAWDBOT_', home: '.clawdbot', config: 'clawdbot.json' },
  'ws-agent': { prefix: 'WS_AGENT_', home: '.ws-agent', config: 'ws-agent.json' },
} satisfies Record<string, Product>;

interface Product {
  prefix: string;
  home: string;
  config: string;
  names?: Record<string, string>;
}

const POSIX = { paths: path.posix, home: '/home/ana', cwd: '/home/ana/work', srv: '/srv' };
const WIN32 = { paths: path.win32, home: 'C:\\Users\\Ana', cwd: 'C:\\Users\\Ana\\work', srv: 'D:\\srv' };
type Machine = typeof POSIX;

const COLUMNS = [
  ...(['--profile', '--dev', 'PROFILE', 'STATE_DIR', 'CONFIG_PATH', 'PORT', 'SERVICE'] as const),
  ...(['profile', 'stateDir', 'configPath', 'port', 'dropped'] as const),
] as const;

/**
 * The seven inputs, then what must come of them: each value with its origin, and the variables that are dropped.
 * S is the state directory of the default profile and S:p that of profile p, C and C:p their configs, X a directory and
 * Y a file that are nobody's, C(D) the config in directory D, `"` a directory or file of the known instance `work`,
 * which was set up with paths of its own. Known are: rescue (S:rescue, port 19789), work (W, V, port 20789) and an
 * instance of another product (O). SERVICE: the variable that marks the environment of a service, of this product or of another.
 */
const MATRIX = `
nothing said, or nothing that counts
--profile|--dev|PROFILE|STATE_DIR  |CONFIG_PATH|PORT    |SERVICE| profile        | stateDir         | configPath        | port          | dropped
         |     |       |           |           |        |       | default product| S product        | C product         | 18789 product |
         |     | blank | blank     | blank     | blank  | blank | default product| S product        | C product         | 18789 product |
         |     |       |           |           |        | yes   | default product| S product        | C product         | 18789 product |

PROFILE alone means the profile wholly
         |     | main  |           |           |        |       | main env       | S:main env       | C:main env        | 18789 product |
         |     | Main  |           |           |        |       | Main env       | S:Main env       | C:Main env        | 18789 product |
         |     | a-b_9 |           |           |        |       | a-b_9 env      | S:a-b_9 env      | C:a-b_9 env       | 18789 product |
         |     |default|           |           |        |       | default env    | S env            | C env             | 18789 product |
         |     |DEFAULT|           |           |        |       | default env    | S env            | C env             | 18789 product |
         |     | dev   |           |           |        |       | dev env        | S:dev env        | C:dev env         | 19001 product |
         |     | Dev   |           |           |        |       | Dev env        | S:Dev env        | C:Dev env         | 19001 product |
         |     | main  |           |           | 19050  |       | main env       | S:main env       | C:main env        | 19050 env     |
         |     | rescue|           |           | 19789  |       | rescue env     | S:rescue env     | C:rescue env      | 19789 env     |
         |     | main  | X         |           |        |       | main env       | X env            | C(X) env          | 18789 product |
         |     | main  |           | Y         |        |       | main env       | S:main env       | Y env             | 18789 product |
         |     | main  | X         | Y         | 19050  |       | main env       | X env            | Y env             | 19050 env     |
         |     | main  | S:main    | C:main    | 19050  |       | main env       | S:main env       | C:main env        | 19050 env     |
         |     | main  | S:MAIN    |           |        |       | main env       | S:MAIN env       | C:MAIN env        | 18789 product |
         |     | ../x  |           |           |        |       | !PROFILE_NAME_INVALID ../x | | | |
         |     | a b   |           |           |        |       | !PROFILE_NAME_INVALID a b  | | | |
         |     | --json|           |           |        |       | !PROFILE_NAME_INVALID --json | | | |

variables by hand, without a profile: as the documents show
         |     |       | X         |           |        |       | default product| X env            | C(X) env          | 18789 product |
         |     |       |           | Y         |        |       | default product| S product        | Y env             | 18789 product |
         |     |       | X         | Y         | 19050  |       | default product| X env            | Y env             | 19050 env     |
         |     |       |           |           | 19050  |       | default product| S product        | C product         | 19050 env     |
         |     |       | S:a       | S/a.json  | 19001  |       | a env          | S:a env          | S/a.json env      | 19001 env     |
         |     |       | S:b       | S/b.json  | 19002  |       | b env          | S:b env          | S/b.json env      | 19002 env     |
         |     |       | S:main    |           |        |       | main env       | S:main env       | C:main env        | 18789 product |
         |     |       | S         |           |        |       | default env    | S env            | C env             | 18789 product |
         |     |       |           | C:main    |        |       | main env       | S:main env       | C:main env        | 18789 product |
         |     |       |           | C         |        |       | default env    | S env            | C env             | 18789 product |
         |     |       | S:main    | C:main    | 19050  | yes   | main env       | S:main env       | C:main env        | 19050 env     |
         |     |       | S:dev     |           |        |       | dev env        | S:dev env        | C:dev env         | 19001 product |
         |     |       | S:default |           |        |       | default product| S:default env    | C:default env     | 18789 product |
         |     |       | ~/other   |           |        |       | default product| ~/other env      | C(~/other) env    | 18789 product |
         |     |       | ./rel     |           |        |       | default product| ~/work/rel env   | C(~/work/rel) env | 18789 product |
         |     |       | W         |           |        |       | work env       | W env            | C(W) env          | 18789 product |
         |     |       | W         | V         | 20789  |       | work env       | W env            | V env             | 20789 env     |
         |     |       | O         |           |        |       | !INSTANCE_SPLIT default STATE_DIR other/side | | | |

in the shell of a service, without a flag: its own instance
         |     | main  | S:main    | C:main    | 19050  | yes   | main env       | S:main env       | C:main env        | 19050 env     |
         |     | work  | W         | V         | 20789  | yes   | work env       | W env            | V env             | 20789 env     |
         |     |       | S         | C         | 18789  | yes   | default env    | S env            | C env             | 18789 env     |

two names in the environment: refused, with both
         |     | main  | S:rescue  |           |        |       | !INSTANCE_SPLIT main STATE_DIR profile rescue | | | |
         |     | main  | S         |           |        |       | !INSTANCE_SPLIT main STATE_DIR profile default | | | |
         |     | main  |           | C:rescue  |        |       | !INSTANCE_SPLIT main CONFIG_PATH profile rescue | | | |
         |     | main  | S:main    | C         |        |       | !INSTANCE_SPLIT main CONFIG_PATH profile default | | | |
         |     |default| S:main    |           |        |       | !INSTANCE_SPLIT default STATE_DIR profile main | | | |
         |     | main  | W         |           |        |       | !INSTANCE_SPLIT main STATE_DIR $product/work | | | |
         |     | main  |           | V         |        |       | !INSTANCE_SPLIT main CONFIG_PATH $product/work | | | |
         |     | main  | O         |           |        | yes   | !INSTANCE_SPLIT main STATE_DIR other/side | | | |
         |     |       | S:main    | C:rescue  |        |       | !INSTANCE_SPLIT main CONFIG_PATH profile rescue | | | |
         |     |       | S         | C:main    |        |       | !INSTANCE_SPLIT default CONFIG_PATH profile main | | | |
         |     |       | X         | C:main    |        |       | main env       | X env            | C:main env        | 18789 product |
         |     |       | S:main    | V         |        |       | !INSTANCE_SPLIT main CONFIG_PATH $product/work | | | |
         |     |       |           | V         |        |       | !INSTANCE_SPLIT default CONFIG_PATH $product/work | | | |
         |     |       | X         | V         |        |       | !INSTANCE_SPLIT default CONFIG_PATH $product/work | | | |

--profile for a named profile
main     |     |       |           |           |        |       | main flag      | S:main flag      | C:main flag       | 18789 product |
MAIN     |     |       |           |           |        |       | MAIN flag      | S:MAIN flag      | C:MAIN flag       | 18789 product |
main     |     | main  |           |           |        |       | main flag      | S:main flag      | C:main flag       | 18789 product |
main     |     | rescue|           |           |        |       | main flag      | S:main flag      | C:main flag       | 18789 product |
main     |     | ../x  |           |           |        |       | main flag      | S:main flag      | C:main flag       | 18789 product |
main     |     |       | S:main    | C:main    | 19050  |       | main flag      | S:main env       | C:main env        | 19050 env     |
Main     |     |       | S:main    | C:main    |        |       | Main flag      | S:main env       | C:main env        | 18789 product |
main     |     |       | X         |           |        |       | main flag      | X env            | C(X) env          | 18789 product |
main     |     |       |           | Y         |        |       | main flag      | S:main flag      | Y env             | 18789 product |
main     |     |       | S:default |           |        |       | main flag      | S:default env    | C:default env     | 18789 product |
main     |     |       |           |           | 19050  |       | main flag      | S:main flag      | C:main flag       | 19050 env     |
main     |     | main  |           |           | 19050  |       | main flag      | S:main flag      | C:main flag       | 19050 env     |
rescue   |     |       |           |           | 19789  |       | rescue flag    | S:rescue flag    | C:rescue flag     | 19789 env     |
work     |     |       | W         | V         | 20789  |       | work flag      | W env            | V env             | 20789 env     |

--profile drops what belongs to another profile
main     |     |       | S         |           |        |       | main flag      | S:main flag      | C:main flag       | 18789 product | STATE_DIR
main     |     |       | S:rescue  |           |        |       | main flag      | S:main flag      | C:main flag       | 18789 product | STATE_DIR
main     |     |       |           | C:rescue  |        |       | main flag      | S:main flag      | C:main flag       | 18789 product | CONFIG_PATH
main     |     | rescue| S:rescue  | C:rescue  | 19789  |       | main flag      | S:main flag      | C:main flag       | 18789 product | STATE_DIR CONFIG_PATH PORT
main     |     |       | S:rescue  | C:rescue  | 19050  |       | main flag      | S:main flag      | C:main flag       | 18789 product | STATE_DIR CONFIG_PATH PORT
main     |     |       | S:main    | C:rescue  |        |       | main flag      | S:main env       | C:main env        | 18789 product | CONFIG_PATH
main     |     |       | S:rescue  | Y         |        |       | main flag      | S:main flag      | Y env             | 18789 product | STATE_DIR
main     |     |       | X         | C:rescue  |        |       | main flag      | X env            | C(X) env          | 18789 product | CONFIG_PATH
main     |     |       |           |           | 19789  |       | main flag      | S:main flag      | C:main flag       | 18789 product | PORT
main     |     |       |           |           | 20789  |       | main flag      | S:main flag      | C:main flag       | 18789 product | PORT
main     |     | rescue|           |           | 19050  |       | main flag      | S:main flag      | C:main flag       | 18789 product | PORT
main     |     | rescue| X         |           | 19050  |       | main flag      | X env            | C(X) env          | 18789 product | PORT
dev      |     | rescue| S:rescue  |           | 19789  |       | dev flag       | S:dev flag       | C:dev flag        | 19001 product | STATE_DIR PORT
default  |     |       |           |           |        |       | default flag   | S flag           | C flag            | 18789 product |
Default  |     |       |           |           |        |       | default flag   | S flag           | C flag            | 18789 product |
default  |     |       | S         | C         | 18789  |       | default flag   | S env            | C env             | 18789 env     |
default  |     |       | X         | Y         |        |       | default flag   | X env            | Y env             | 18789 product |
default  |     | rescue| S:rescue  | C:rescue  | 19789  |       | default flag   | S flag           | C flag            | 18789 product | STATE_DIR CONFIG_PATH PORT

--profile drops everything of another profile's service, and keeps what its own one says
main     |     |       |           |           | 19050  | yes   | main flag      | S:main flag      | C:main flag       | 18789 product | PORT
main     |     |       | X         | Y         | 19050  | yes   | main flag      | S:main flag      | C:main flag       | 18789 product | STATE_DIR CONFIG_PATH PORT
main     |     | rescue| S:rescue  | C:rescue  | 19789  | yes   | main flag      | S:main flag      | C:main flag       | 18789 product | STATE_DIR CONFIG_PATH PORT
main     |     | rescue| X         | Y         | 19050  | yes   | main flag      | S:main flag      | C:main flag       | 18789 product | STATE_DIR CONFIG_PATH PORT
main     |     | work  | W         | V         | 20789  | yes   | main flag      | S:main flag      | C:main flag       | 18789 product | STATE_DIR CONFIG_PATH PORT
main     |     | rescue| S:main    |           | abc    | yes   | main flag      | S:main flag      | C:main flag       | 18789 product | STATE_DIR PORT
main     |     | main  | X         | Y         | 19050  | yes   | main flag      | X env            | Y env             | 19050 env     |
main     |     | Main  | S:Main    |           | 19050  | yes   | main flag      | S:Main env       | C:Main env        | 19050 env     |
default  |     |       | S         | C         | 18789  | yes   | default flag   | S env            | C env             | 18789 env     |
default  |     | rescue| X         |           | 19050  | yes   | default flag   | S flag           | C flag            | 18789 product | STATE_DIR PORT

--profile with a path of another known instance: refused, with both
main     |     |       | W         |           |        |       | !INSTANCE_SPLIT main STATE_DIR $product/work | | | |
main     |     |       |           | V         |        |       | !INSTANCE_SPLIT main CONFIG_PATH $product/work | | | |
main     |     |       | O         |           |        |       | !INSTANCE_SPLIT main STATE_DIR other/side | | | |
default  |     |       | W         | V         |        |       | !INSTANCE_SPLIT default STATE_DIR $product/work | | | |

--dev
         | yes |       |           |           |        |       | dev flag       | S:dev flag       | C:dev flag        | 19001 product |
dev      | yes |       |           |           |        |       | dev flag       | S:dev flag       | C:dev flag        | 19001 product |
DEV      | yes |       |           |           |        |       | DEV flag       | S:DEV flag       | C:DEV flag        | 19001 product |
main     | yes |       |           |           |        |       | !PROFILE_CONFLICT --dev --profile main | | | |
default  | yes |       |           |           |        |       | !PROFILE_CONFLICT --dev --profile default | | | |
         | yes | main  |           |           |        |       | dev flag       | S:dev flag       | C:dev flag        | 19001 product |
         | yes |       |           |           | 19050  |       | dev flag       | S:dev flag       | C:dev flag        | 19050 env     |
         | yes |       | S:dev     | C:dev     |        |       | dev flag       | S:dev env        | C:dev env         | 19001 product |
         | yes |       | X         |           |        |       | dev flag       | X env            | C(X) env          | 19001 product |
         | yes |       | S         | C         | 18790  |       | dev flag       | S:dev flag       | C:dev flag        | 19001 product | STATE_DIR CONFIG_PATH PORT
         | yes | main  | S:main    | C:main    | 19789  | yes   | dev flag       | S:dev flag       | C:dev flag        | 19001 product | STATE_DIR CONFIG_PATH PORT
         | yes | dev   | S:dev     | C:dev     | 19001  | yes   | dev flag       | S:dev env        | C:dev env         | 19001 env     |
         | yes |       | X         |           | 19050  | yes   | dev flag       | S:dev flag       | C:dev flag        | 19001 product | STATE_DIR PORT

names and ports that cannot be
../x     |     | main  |           |           |        |       | !PROFILE_NAME_INVALID ../x | | | |
--json   |     |       |           |           |        |       | !PROFILE_NAME_INVALID --json | | | |
a.b      |     |       |           |           |        |       | !PROFILE_NAME_INVALID a.b | | | |
a.b      | yes |       |           |           |        |       | !PROFILE_NAME_INVALID a.b | | | |
main     |     |       |           |           | abc    |       | !PORT_INVALID abc | | | |
         |     |       |           |           | 0      |       | !PORT_INVALID 0 | | | |
         |     |       |           |           | 65536  |       | !PORT_INVALID 65536 | | | |
         |     |       |           |           |18789abc|       | !PORT_INVALID 18789abc | | | |
         |     |       |           |           | 65426  |       | !PORT_OUT_OF_RANGE 65426 | | | |
         |     |       |           |           | 65425  |       | default product| S product        | C product         | 65425 env     |
`;

const ROWS = textTable(COLUMNS, MATRIX);
type Row = (typeof ROWS)[number];

/** Turns the short signs of the table into paths of a product on a machine. */
function reader(product: Product, { paths, home, srv }: Machine): (sign: string) => string {
  const stateDir = (profile: string) => paths.join(home, profile === '' ? product.home : `${product.home}-${profile}`);
  const own: Record<string, string> = {
    X: paths.join(srv, 'x'),
    Y: paths.join(srv, 'y.json'),
    W: paths.join(srv, 'work'),
    V: paths.join(srv, 'work.json'),
    O: paths.join(srv, 'other'),
    blank: '  ',
  };
  const read = (sign: string): string => {
    const inside = /^C\((.*)\)$/.exec(sign)?.[1];
    if (inside !== undefined) return paths.join(read(inside), product.config);
    const below = /^S\/(.*)$/.exec(sign)?.[1];
    if (below !== undefined) return paths.join(stateDir(''), below);
    if (/^~\//.test(sign)) return paths.join(home, sign.slice(2));
    const [, kind, profile = ''] = /^([SC])(?::(.*))?$/.exec(sign) ?? [];
    if (kind === 'S') return stateDir(profile);
    if (kind === 'C') return paths.join(stateDir(profile), product.config);
    return own[sign] ?? sign;
  };
  return read;
}

interface Outcome {
  profile: string;
  stateDir: string;
  configPath: string;
  port: string;
  dropped: string;
}

const packOf = (id: string) => builtInPacks.find((pack) => pack.id === id) as (typeof builtInPacks)[number];

function knownTo(id: string, read: (sign: string) => string): KnownInstance[] {
  return [
    { product: id, profile: 'rescue', stateDir: read('S:rescue'), configPath: read('C:rescue'), port: 19789 },
    { product: id, profile: 'work', stateDir: read('W'), configPath: read('V'), port: 20789 },
    { product: 'other', profile: 'side', stateDir: read('O'), configPath: `${read('O')}.json`, port: 21789 },
  ];
}

const marker = (id: string, sign: string) => (sign === 'yes' || sign === 'own' ? id : sign === 'other' ? 'side' : sign);

/** What the code makes of a row, in the words of the table. */
function resolved(id: keyof typeof PRODUCTS, machine: Machine, row: Row): Outcome | string {
  const product: Product = PRODUCTS[id];
  const { paths, home, cwd } = machine;
  const read = reader(product, machine);
  const full = (suffix: string) => product.names?.[suffix] ?? product.prefix + suffix;
  const suffixes = {
    PROFILE: 'PROFILE',
    STATE_DIR: 'STATE_DIR',
    CONFIG_PATH: 'CONFIG_PATH',
    PORT: 'GATEWAY_PORT',
    SERVICE: 'SERVICE_MARKER',
  };
  const named = Object.entries(suffixes).map(([column, suffix]) => ({ column: column as keyof Row, name: full(suffix) }));
  const env: Env = Object.fromEntries(
    named.flatMap(({ column, name }) =>
      row[column] ? [[name, column === 'SERVICE' ? marker(id, read(row[column])) : read(row[column])]] : [],
    ),
  );
  const say = ({ value, origin }: Sourced<string | number>) => `${value} ${origin}`;
  try {
    const pack = packOf(id);
    const flags = { profile: row['--profile'] || undefined, dev: row['--dev'] === 'yes' };
    const identity = resolveIdentity({ pack, flags, env, home, cwd, paths, known: knownTo(id, read) });
    const instance = resolveInstance({
      ...{ pack, identity, flags: {}, config: undefined, lease: undefined, program: undefined },
      ...{ home, cwd, paths },
    });
    return {
      profile: say(instance.profile),
      stateDir: say(instance.stateDir),
      configPath: say(instance.configPath),
      port: say(instance.port),
      dropped: identity.dropped.map((d) => named.find((n) => n.name === d.variable)?.column ?? d.variable).join(' '),
    };
  } catch (error) {
    if (isProblem(error, 'INSTANCE_SPLIT')) {
      const { profile, variable, owner } = error.params;
      return `INSTANCE_SPLIT ${profile} ${named.find((n) => n.name === variable)?.column ?? variable} ${owner}`;
    }
    if (isProblem(error, 'PROFILE_NAME_INVALID')) return `PROFILE_NAME_INVALID ${error.params.name}`;
    if (isProblem(error, 'PROFILE_CONFLICT')) return `PROFILE_CONFLICT ${error.params.first} ${error.params.second}`;
    if (isProblem(error, 'PORT_INVALID')) return `PORT_INVALID ${error.params.value}`;
    if (isProblem(error, 'PORT_OUT_OF_RANGE')) return `PORT_OUT_OF_RANGE ${error.params.port}`;
    throw error;
  }
}

/** What the row says must come of it. */
function expected(id: keyof typeof PRODUCTS, machine: Machine, row: Row): Outcome | string {
  if (row.profile.startsWith('!')) return row.profile.slice(1).replace('$product', id);
  const read = reader(PRODUCTS[id], machine);
  const spelled = (cell: string) => cell.replace(/^\S+/, read);
  return {
    profile: row.profile,
    stateDir: spelled(row.stateDir),
    configPath: spelled(row.configPath),
    port: row.port,
    dropped: row.dropped,
  };
}

function nameOf(row: Row): string {
  const flags = [row['--profile'] && `--profile ${row['--profile']}`, row['--dev'] && '--dev'].filter(Boolean);
  const variables = COLUMNS.slice(2, 7).flatMap((column) => (row[column] ? [`${column}=${row[column]}`] : []));
  return `${[...flags, ...variables].join(' ') || 'nothing'} → ${row.profile}${row.dropped && `, without ${row.dropped}`}`;
}

const ids = Object.keys(PRODUCTS) as (keyof typeof PRODUCTS)[];

describe.each(ids)('which instance is meant: %s', (id) => {
  it.each(ROWS.map((row) => [nameOf(row), row] as const))('%s', (_, row) => {
    expect(resolved(id, POSIX, row)).toEqual(expected(id, POSIX, row));
  });
});

const CROSSED = textTable(COLUMNS, readFileSync(fixturePath('identity', 'env-bleed.txt'), 'utf8'));

describe('which instance is meant, whatever the shell has inherited', () => {
  it('has a row for each combination, and none twice', () => {
    const inputs = CROSSED.map((row) => COLUMNS.slice(0, 7).map((column) => row[column]));
    expect(CROSSED.length).toBeGreaterThanOrEqual(300);
    expect(new Set(inputs.map(String)).size).toBe(CROSSED.length);
  });

  it.each(ids.flatMap((id) => [[id, 'posix', POSIX] as const, [id, 'win32', WIN32] as const]))('%s, %s', (id, _, machine) => {
    const told = (say: typeof resolved) => CROSSED.map((row) => [nameOf(row), say(id, machine, row)]);
    expect(told(resolved)).toEqual(told(expected));
  });
});

describe('which instance is meant, on Windows', () => {
  it.each(ROWS.map((row) => [nameOf(row), row] as const))('%s', (_, row) => {
    expect(resolved('zero', WIN32, row)).toEqual(expected('zero', WIN32, row));
  });

  it.each([
    ['an upper-case spelling', 'C:\\USERS\\ANA\\.zero-main'],
    ['a lower-case drive', 'c:\\Users\\Ana\\.zero-main'],
    ['slashes', 'C:/Users/Ana/.zero-main'],
    ['a trailing backslash', 'C:\\Users\\Ana\\.zero-main\\'],
    ['a tilde', '~\\.zero-main'],
  ])('knows the state directory of profile main in %s', (_, stateDir) => {
    const { profile } = identify({ env: { ZERO_STATE_DIR: stateDir }, machine: WIN32 });
    expect(profile.value).toBe('main');
  });

  it.each(['D:\\Users\\Ana\\.zero-main', '\\\\server\\share\\.zero-main'])('takes %s for nobody’s', (stateDir) => {
    const { profile, stateDir: taken } = identify({ env: { ZERO_STATE_DIR: stateDir }, machine: WIN32 });
    expect([profile.value, taken.value]).toEqual(['default', stateDir]);
  });

  it('recognises the directory of a known instance whatever the case of its letters', () => {
    const known = [{ product: 'other', profile: 'x', stateDir: 'D:\\Data\\X', configPath: 'D:\\Data\\X\\x.json', port: 1 }];
    const env = { ZERO_STATE_DIR: 'd:\\data\\x' };
    expect(() => identify({ flags: { profile: 'main' }, env, known, machine: WIN32 })).toThrow('belongs to other/x');
  });
});

interface Call {
  product?: string;
  flags?: { profile?: string; dev?: boolean };
  env?: Env;
  known?: KnownInstance[];
  machine?: Machine;
}

function identify({ product = 'zero', flags = {}, env = {}, known = [], machine = POSIX }: Call): Identity {
  const { paths, home, cwd }: { paths: PathFlavour; home: string; cwd: string } = machine;
  return resolveIdentity({ pack: packOf(product), flags, env, home, cwd, paths, known });
}

describe('resolveIdentity', () => {
  it('covers every product that is shipped', () => {
    expect(builtInPacks.map((pack) => pack.id).sort()).toEqual([...ids].sort());
  });

  it('says what set a value, and what it prevailed over', () => {
    const { profile, stateDir } = identify({ flags: { profile: 'main' }, env: { ZERO_PROFILE: 'x', ZERO_STATE_DIR: '/srv/x' } });
    expect(profile).toEqual({
      value: 'main',
      origin: 'flag',
      source: '--profile',
      overridden: [{ value: 'x', origin: 'env', source: 'ZERO_PROFILE' }],
    });
    expect(stateDir).toEqual({
      value: '/srv/x',
      origin: 'env',
      source: 'ZERO_STATE_DIR',
      overridden: [{ value: '/home/ana/.zero-main', origin: 'flag', source: '--profile' }],
    });
  });

  it('says why a variable was left out', () => {
    const env = { ZERO_PROFILE: 'rescue', ZERO_STATE_DIR: '/home/ana/.zero-rescue', ZERO_GATEWAY_PORT: '19789' };
    expect(identify({ flags: { profile: 'main' }, env }).dropped).toEqual([
      { variable: 'ZERO_STATE_DIR', value: '/home/ana/.zero-rescue', reason: 'it is the path of profile rescue' },
      { variable: 'ZERO_GATEWAY_PORT', value: '19789', reason: 'it was inherited from another profile' },
    ]);
  });

  it('leaves out the secrets and names of another profile’s service, and never shows the secrets', () => {
    const env = {
      ZERO_SERVICE_MARKER: 'zero',
      ZERO_PROFILE: 'rescue',
      ZERO_GATEWAY_TOKEN: 'canary-1',
      ZERO_GATEWAY_PASSWORD: 'canary-2',
      ZERO_SYSTEMD_UNIT: 'zero-gateway-rescue.service',
      ZERO_LAUNCHD_LABEL: 'com.zero.rescue',
      ZERO_WINDOWS_TASK_NAME: 'ZERO Gateway (rescue)',
      PATH: '/usr/bin',
    };
    const { dropped, env: left } = identify({ flags: { profile: 'main' }, env });
    expect(dropped.map((d) => d.variable).sort()).toEqual([
      'ZERO_GATEWAY_PASSWORD',
      'ZERO_GATEWAY_TOKEN',
      'ZERO_LAUNCHD_LABEL',
      'ZERO_SYSTEMD_UNIT',
      'ZERO_WINDOWS_TASK_NAME',
    ]);
    expect(JSON.stringify(dropped)).not.toContain('canary');
    expect(left).toEqual({ ZERO_SERVICE_MARKER: 'zero', ZERO_PROFILE: 'rescue', PATH: '/usr/bin' });
  });

  it('keeps a token that no service handed down', () => {
    const env = { ZERO_PROFILE: 'rescue', ZERO_GATEWAY_TOKEN: 'mine' };
    expect(identify({ flags: { profile: 'main' }, env }).env['ZERO_GATEWAY_TOKEN']).toBe('mine');
  });

  it('looks only at the variables of its own product', () => {
    const env = { OPENCLAW_PROFILE: 'x', OPENCLAW_STATE_DIR: '/srv/x', CLAWDBOT_STATE_DIR: '/srv/y' };
    expect(identify({ env }).stateDir).toEqual({ value: '/home/ana/.zero', origin: 'product', source: 'zero' });
  });

  describe('of a product with two names for one variable', () => {
    const stateDirOf = (env: Env, profile?: string) =>
      identify({ product: 'moltbot', env, flags: profile === undefined ? {} : { profile } });

    it('reads the older name too, and the newer one first', () => {
      expect(stateDirOf({ CLAWDBOT_STATE_DIR: '/srv/old' }).stateDir.source).toBe('CLAWDBOT_STATE_DIR');
      const both = stateDirOf({ CLAWDBOT_STATE_DIR: '/srv/old', MOLTBOT_STATE_DIR: '/srv/new' });
      expect(both.stateDir).toMatchObject({ value: '/srv/new', source: 'MOLTBOT_STATE_DIR' });
    });

    it('drops both when both belong to another profile', () => {
      const env = {
        MOLTBOT_STATE_DIR: '/home/ana/.clawdbot-rescue',
        CLAWDBOT_STATE_DIR: '/home/ana/.clawdbot-rescue',
        MOLTBOT_CONFIG_PATH: '/home/ana/.clawdbot-rescue/moltbot.json',
        CLAWDBOT_CONFIG_PATH: '/home/ana/.clawdbot-rescue/moltbot.json',
      };
      const { stateDir, dropped } = stateDirOf(env, 'main');
      expect(stateDir).toMatchObject({ value: '/home/ana/.clawdbot-main', origin: 'flag' });
      expect(dropped.map((d) => d.variable).sort()).toEqual(Object.keys(env).sort());
    });
  });

  describe('whatever the environment holds', () => {
    const word = fc.constantFrom('main', 'rescue', 'dev', 'default', 'Main', '../x', '~', '__proto__', 'constructor', '.', '..');
    const place = fc.constantFrom(
      ...['~', '~/', '~/.zero', '~/.zero-main', '/home/ana/.zero-rescue/', '/home/ana', '/', '/srv/work', 'x\0y', '\\', 'C:\\x'],
      ...['/home/ana/.zero-main/zero.json', '~/.zero-rescue/zero.json', '/home/ana/.zero-', '/home/ana/.zero-default', '../x'],
    );
    const value = fc.oneof(word, place, fc.string({ unit: 'binary', maxLength: 40 }), fc.constant(undefined));
    const names = ['PROFILE', 'STATE_DIR', 'CONFIG_PATH', 'GATEWAY_PORT', 'SERVICE_MARKER', 'GATEWAY_TOKEN', 'LAUNCHD_LABEL'];
    const environment = fc.record(Object.fromEntries(names.map((name) => [`ZERO_${name}`, value])), { requiredKeys: [] });
    const call = fc.record({
      flags: fc.record({ profile: fc.option(fc.oneof(word, fc.string()), { nil: undefined }), dev: fc.boolean() }),
      env: environment,
      machine: fc.constantFrom(POSIX, WIN32),
      known: fc.array(
        fc.record({
          product: fc.constantFrom('zero', 'other'),
          profile: word.filter((w) => /^\w+$/.test(w)),
          stateDir: fc.constantFrom('/srv/work', '/home/ana/.zero-rescue', 'C:\\x'),
          configPath: fc.constantFrom('/srv/work/zero.json', '/home/ana/.zero-rescue/zero.json'),
          port: fc.constantFrom(18789, 19789),
        }),
        { maxLength: 3 },
      ),
    });
    const attempt = (input: Call): unknown => {
      try {
        return identify(input);
      } catch (error) {
        if (isProblem(error, 'PROFILE_NAME_INVALID', 'PROFILE_CONFLICT', 'INSTANCE_SPLIT')) return { code: error.code };
        throw error;
      }
    };

    it('answers or refuses with one of its three codes, and always the same', () => {
      fc.assert(
        fc.property(call, (input) => {
          const { flags, env, machine, known } = input as Call;
          const once = attempt({ flags: { ...flags }, env: { ...env }, known: known ?? [], machine: machine ?? POSIX } as Call);
          expect(attempt(input as Call)).toEqual(once);
        }),
        { numRuns: 400 },
      );
    });

    it('gives absolute paths, and only variables that were there', () => {
      fc.assert(
        fc.property(call, (input) => {
          const found = attempt(input as Call) as Identity | { code: string };
          if ('code' in found) return;
          const { paths } = (input as Required<Call>).machine;
          expect([paths.isAbsolute(found.stateDir.value), paths.isAbsolute(found.configPath.value)]).toEqual([true, true]);
          expect(Object.keys((input as Required<Call>).env)).toEqual(expect.arrayContaining(Object.keys(found.env)));
        }),
        { numRuns: 200 },
      );
    });
  });

  it('makes the very same instance of the selectors that a service is given, with and without the flag', () => {
    for (const id of ids) {
      const read = reader(PRODUCTS[id], POSIX);
      for (const row of ROWS) {
        const first = asInstance(id, row);
        if (first === undefined) continue;
        const pack = packOf(id);
        const { profile, stateDir, configPath, port } = first;
        const env = {
          ...selectorsOf(pack, { profile: profile.value, stateDir: stateDir.value, configPath: configPath.value }, port.value),
          [`${PRODUCTS[id].prefix}SERVICE_MARKER`]: id,
        };
        for (const flags of [{}, { profile: profile.value }]) {
          const again = identify({ product: id, flags, env, known: knownTo(id, read) });
          expect([again.profile.value, again.stateDir.value, again.configPath.value, again.dropped], nameOf(row)).toEqual([
            profile.value,
            stateDir.value,
            configPath.value,
            [],
          ]);
        }
      }
    }
  });
});

function asInstance(id: keyof typeof PRODUCTS, row: Row) {
  const outcome = resolved(id, POSIX, row);
  if (typeof outcome === 'string') return undefined;
  const [value] = outcome.port.split(' ');
  const first = (text: string) => ({ value: text.split(' ')[0] as string });
  return {
    profile: first(outcome.profile),
    stateDir: first(outcome.stateDir),
    configPath: first(outcome.configPath),
    port: { value: Number(value) },
  };
}

describe('the text of a refusal', () => {
  it('names the profile that was asked for and the instance that the path belongs to', () => {
    const env = { ZERO_PROFILE: 'main', ZERO_STATE_DIR: '/home/ana/.zero-rescue' };
    expect(() => identify({ env })).toThrow(Problem);
    expect(() => identify({ env })).toThrow(
      'profile main was asked for, but ZERO_STATE_DIR=/home/ana/.zero-rescue belongs to profile rescue',
    );
  });
});
