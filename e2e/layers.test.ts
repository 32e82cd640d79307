import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './support/world.ts';

/** One file of the house, with what it imports. */
interface Source {
  /** Path from the root, with slashes. */
  file: string;
  text: string;
  /** packages/<name> */
  pkg: string;
  imports: { from: string; typeOnly: boolean }[];
}

interface Rule {
  rule: string;
  because: string;
  /** What is wrong in a file, one line each. */
  offences(source: Source): string[];
  /** A file that breaks the rule: the test of the test. */
  broken: { file: string; text: string };
}

const IMPORT = /^\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

function sourceOf(file: string, text: string): Source {
  const imports = [...text.matchAll(IMPORT)].map(([, type, from, bare, lazy]) => ({
    from: from ?? bare ?? (lazy as string),
    typeOnly: type !== undefined,
  }));
  return { file, text, pkg: /^packages\/([^/]+)/.exec(file)?.[1] ?? '', imports };
}

const files = (directory: string, wanted: RegExp): string[] =>
  readdirSync(path.join(ROOT, directory), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(directory, name.split(path.sep).join('/')))
    .filter((file) => wanted.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .sort();
const read = (file: string) => sourceOf(file, readFileSync(path.join(ROOT, file), 'utf8'));

const generated = (file: string) => /\/gen\/|\.gen\.ts$/.test(file);
/** Tests, and what a package's tests share (testing.ts), which no bundle has. */
const isTest = (file: string) => /\.test\.[a-z]+$|\/testing\.ts$/.test(file);
const all = files('packages', /^packages\/[^/]+\/src\/.*\.ts$/).map(read);
const sources = all.filter(({ file }) => !isTest(file));

/** `@polygate/core/config` is core; undefined for what is not ours. */
const ours = (from: string) => /^@polygate\/([^/]+)|^(polygate)$/.exec(from)?.slice(1).find(Boolean);
/** The file that a relative import means, from the root. */
const target = ({ file }: Source, from: string) =>
  from.startsWith('.') ? path.posix.join(path.posix.dirname(file), from) : undefined;
const lineOf = (text: string, index: number) => text.slice(0, index).split('\n').length;

/** A package may import these of ours, and no other. */
function mayImport(pkg: string, allowed: string[], because: string): Rule {
  return {
    rule: `${pkg} imports ${allowed.length === 0 ? 'nothing of ours' : `of ours only ${allowed.join(', ')}`}`,
    because,
    offences: (source) =>
      source.pkg === pkg
        ? source.imports.flatMap(({ from }) =>
            ours(from) !== undefined && !allowed.includes(ours(from) as string) ? [from] : [],
          )
        : [],
    broken: { file: `packages/${pkg}/src/x.ts`, text: `import { x } from '@polygate/cli';` },
  };
}

/** Files in one folder that do not know one another; what all of them share is named. */
function strangers(folder: string, shared: RegExp, mayImportAll: RegExp, because: string): Rule {
  return {
    rule: `${folder}: siblings never import siblings`,
    because,
    offences: (source) => {
      if (!source.file.startsWith(`${folder}/`) || mayImportAll.test(source.file)) return [];
      const own = source.file.replace(/(\.run)?\.ts$/, '');
      return source.imports.flatMap(({ from }) => {
        const to = target(source, from);
        const sibling = to?.startsWith(`${folder}/`) && !shared.test(to) && to.replace(/(\.run)?\.ts$/, '') !== own;
        return sibling ? [from] : [];
      });
    },
    broken: { file: `${folder}/one.ts`, text: `import { two } from './two.ts';` },
  };
}

const systemOf = (file: string): string | undefined => /^packages\/host\/src\/managers\/(\w+)\//.exec(file)?.[1];

const RULES: Rule[] = [
  mayImport('core', [], 'it is what an instance is: pure, so that everything else can be tested against it'),
  mayImport('protocol', [], 'it is the wire alone: apps in other languages are generated from it'),
  mayImport('client', ['core', 'protocol'], 'a client must run where no gateway and no service manager is'),
  mayImport('host', ['core'], 'it is the machine and decides nothing: decisions are in core'),
  mayImport('gateway', ['core', 'protocol', 'host'], 'it serves; who starts it and watches it is none of its business'),
  mayImport('supervisor', ['core', 'client', 'host'], 'it knows a gateway from outside only, as it runs gateways of any make'),
  mayImport('testkit', [], 'a helper that uses the code under test would hide its bugs'),
  {
    rule: 'gateway and supervisor import only types of host',
    because: 'the machine is handed to them, so that a test can hand them another one',
    offences: ({ pkg, imports }) =>
      pkg === 'gateway' || pkg === 'supervisor'
        ? imports.flatMap(({ from, typeOnly }) => (ours(from) === 'host' && !typeOnly ? [from] : []))
        : [],
    broken: { file: 'packages/gateway/src/x.ts', text: `import { nodeHost } from '@polygate/host';` },
  },
  {
    rule: 'nothing imports cli',
    because: 'it is the last layer: it builds the real ports and prints',
    offences: ({ imports }) => imports.flatMap(({ from }) => (['polygate', 'cli'].includes(ours(from) ?? '') ? [from] : [])),
    broken: { file: 'packages/host/src/x.ts', text: `import { VERSION } from 'polygate';` },
  },
  {
    rule: 'packages import one another by name, never by path',
    because: 'what a package exports is its contract; the rest may change any day',
    offences: (source) =>
      source.imports.flatMap(({ from }) => {
        const to = target(source, from);
        return to !== undefined && !to.startsWith(`packages/${source.pkg}/`) ? [from] : [];
      }),
    broken: { file: 'packages/host/src/node/x.ts', text: `import { x } from '../../../core/src/paths.ts';` },
  },
  {
    rule: 'core and protocol import no part of Node',
    because: 'they answer the same for any platform on any platform; what they need of the machine is handed to them',
    offences: ({ pkg, imports }) =>
      pkg === 'core' || pkg === 'protocol' ? imports.flatMap(({ from }) => (from.startsWith('node:') ? [from] : [])) : [],
    broken: { file: 'packages/core/src/x.ts', text: `import path from 'node:path';` },
  },
  {
    rule: 'core and protocol read no clock, no chance and no environment',
    because: 'what they say must follow from what they are given',
    offences: ({ pkg, text }) =>
      pkg === 'core' || pkg === 'protocol'
        ? [
            ...text.matchAll(
              /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.(?:env|platform|cwd)\b|\bset(?:Timeout|Interval)\(/g,
            ),
          ].map(([found]) => found)
        : [],
    broken: { file: 'packages/core/src/x.ts', text: 'const now = Date.now();' },
  },
  {
    rule: 'core imports no library but codecs',
    because: 'a library that does more than parse text would bring the machine in by the back door',
    offences: ({ pkg, file, imports }) =>
      pkg === 'core' && !file.includes('/definitions/')
        ? imports.flatMap(({ from }) =>
            /^[.@]|^(json5|ini|plist)$/.test(from) && !/^@(?!croct\/json5-parser|xmldom\/xmldom)/.test(from) ? [] : [from],
          )
        : [],
    broken: { file: 'packages/core/src/x.ts', text: `import { execa } from 'execa';` },
  },
  strangers(
    'packages/host/src/managers',
    // In a folder lies what the scopes of one manager, or the managers of one system, have in common.
    /\/managers\/(manager|apply|places|survey)\.ts$|\/managers\/(systemd|launchd|windows)\//,
    /\/managers\/(select|index|survey)\.ts$/,
    'a manager that leans on another one breaks with it; what two of them need goes down into core',
  ),
  {
    rule: 'managers of one system know nothing of those of another',
    because: 'a Mac must not need what Linux has; what is common is a plan, in core',
    offences: (source) => {
      const system = systemOf(source.file);
      return source.imports.flatMap(({ from }) => {
        const other = systemOf(target(source, from) ?? '');
        return system !== undefined && other !== undefined && other !== system ? [from] : [];
      });
    },
    broken: { file: 'packages/host/src/managers/systemd/x.ts', text: `import { y } from '../launchd/y.ts';` },
  },
  strangers(
    'packages/cli/src/commands',
    /\/commands\/(options|index)\.ts$/,
    /\/commands\/index\.ts$/,
    'what two commands do alike is a job, under jobs/, so that each command stays a few lines',
  ),
  strangers(
    'packages/gateway/src/methods',
    /\/(method|registry)\.ts$/,
    /\/registry\.ts$/,
    'a method is one question and its answer; shared state is handed to it',
  ),
  {
    rule: 'definitions are imported by definitions alone',
    because: 'they bring a schema library along: at run time the validators made from them are used',
    offences: (source) =>
      source.file.includes('/definitions/')
        ? []
        : source.imports.flatMap(({ from, typeOnly }) => (/(^|\/)definitions\//.test(from) && !typeOnly ? [from] : [])),
    broken: { file: 'packages/core/src/x.ts', text: `import { Ledger } from './definitions/settings.ts';` },
  },
  {
    rule: 'nobody prints but the output of the command',
    because: 'stdout is one JSON document with --json, and handlers give data back',
    offences: ({ file, text }) =>
      /^packages\/cli\/src\/(output\/|main\.ts$)/.test(file)
        ? []
        : [...text.matchAll(/\bconsole\.\w+\(/g)].map(([found]) => found),
    broken: { file: 'packages/cli/src/jobs/x.ts', text: `console.log('x');` },
  },
  {
    rule: 'only tests import testkit and test libraries',
    because: 'they are not in the published command',
    offences: ({ pkg, imports }) =>
      pkg === 'testkit'
        ? []
        : imports.flatMap(({ from }) => (/^(@polygate\/testkit|vitest|fast-check)\b/.test(from) ? [from] : [])),
    broken: { file: 'packages/host/src/x.ts', text: `import { tempDir } from '@polygate/testkit';` },
  },
];

describe('the layers of the house', () => {
  it('are looked at as a whole: every package, and what each file imports', () => {
    const packages = readdirSync(path.join(ROOT, 'packages'));
    expect(new Set(sources.map((s) => s.pkg))).toEqual(new Set(packages));
    expect(sources.filter((s) => s.imports.length > 0).length).toBeGreaterThan(sources.length / 2);
  });

  it.each(RULES.map((rule) => [rule.rule, rule.because, rule] as const))('%s: %s', (_, __, { offences, broken }) => {
    expect(offences(sourceOf(broken.file, broken.text)), 'the rule would not see a file that breaks it').not.toEqual([]);
    expect(sources.flatMap((source) => offences(source).map((offence) => `${source.file}: ${offence}`))).toEqual([]);
  });

  it('stories use the built command and the testkit, never a source: what they prove is true of what is published', () => {
    const stories = files('e2e', /\.ts$/).map(read);
    const offences = stories.flatMap(({ file, imports }) =>
      imports.flatMap(({ from }) =>
        /packages\//.test(from) || !['testkit', undefined].includes(ours(from)) ? [`${file}: ${from}`] : [],
      ),
    );
    const excepted = (offence: string) =>
      MAY_RENDER.some((file) => offence.startsWith(`${file}: @polygate/core`)) ||
      MAY_TURN_LOGS.some((file) => [`${file}: @polygate/host`, `${file}: @polygate/supervisor`].includes(offence)) ||
      offence.startsWith(`${MAY_PROBE}: @polygate/`);
    expect(offences.filter((offence) => !excepted(offence))).toEqual([]);
    // An exception that is not needed is one that nobody watches.
    for (const file of [...MAY_RENDER, ...MAY_TURN_LOGS, MAY_PROBE])
      expect(
        offences.some((offence) => offence.startsWith(file)),
        file,
      ).toBe(true);
  });
});

/** They ask a real parser about values that no command would give to a format, of hundreds of units at once. */
const MAY_RENDER = [
  'e2e/systemd-reads-what-we-write.test.ts',
  'e2e/services-are-hardened-in-their-scope.test.ts',
  'e2e/windows/whatever-is-written-comes-back.test.ts',
];

/** They are killed, or find the disk full, at every single step of turning a log over: a command stops at none of them when told. */
const MAY_TURN_LOGS = [
  'e2e/deep/logs-are-turned-over.test.ts',
  'e2e/logs-of-several-instances.test.ts',
  'e2e/support/turn-over-and-die.ts',
];

/** What is told of one asking is no command's output: it shows in what follows from it, after many of them. */
const MAY_PROBE = 'e2e/support/probing.ts';

/** Where a product may be named outside templates, fixtures, docs and tests. */
const MAY_NAME_A_PRODUCT: [file: string, because: string][] = [
  ['packages/cli/bin/zero.cjs', 'an installed command: npm takes its name from a file'],
  ['packages/cli/package.json', 'bin names that file, and keywords are what people search a registry for'],
  ['scripts/start.mjs', 'npm start runs that command, with none of the caller’s own variables'],
  ['scripts/lib/fleet-home.mjs', 'benchmarks and soaks run that command, as a user does'],
  ['scripts/fuzz.mjs', 'npm run fuzz sends its frames to that command'],
  ['scripts/gateway-watch.mjs', 'npm run gateway:watch runs that command'],
];

describe('the products', () => {
  const packs = files('templates/products', /\.json$/)
    .filter((file) => !file.endsWith('schema.json'))
    .map(
      (file) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Record<string, string> & { env: { prefix: string } },
    );
  const names = new Set(packs.flatMap(({ id, command, displayName, env }) => [id, command, displayName, env.prefix]));
  // Longer names first; a prefix such as ZERO_ is one, whatever follows.
  const word = new RegExp(
    `(?<![A-Za-z0-9-])(?:${[...names]
      .sort((a, b) => String(b).length - String(a).length)
      .map((name) => (String(name).endsWith('_') ? name : `${name}(?![A-Za-z0-9_])`))
      .join('|')})`,
    'g',
  );
  const code = [
    ...files('packages', /^packages\/[^/]+\/(src|bin)\/.*\.(ts|cjs)$|^packages\/[^/]+\/package\.json$/),
    ...files('scripts', /\.(mjs|ts)$/),
  ].filter((file) => !generated(file) && !isTest(file));
  const named = (file: string) => {
    const { text } = read(file);
    return [...text.matchAll(word)].map((match) => `${file}:${lineOf(text, match.index)} ${match[0]}`);
  };
  const allowed = new Set(MAY_NAME_A_PRODUCT.map(([file]) => file));

  it('are five, each with its names', () => {
    expect(packs).toHaveLength(5);
    expect([...names]).toEqual(
      expect.arrayContaining(['zero', 'openclaw', 'ZERO', 'OpenClaw', 'ZERO_', 'WS_AGENT_', 'ws-agent']),
    );
    expect('a ZERO_PORT of zero, not of zeroed or non-zero'.match(word)).toEqual(['ZERO_', 'zero']);
  });

  it('are named in no source: adding one is adding a file to templates/products', () => {
    expect(code.length).toBeGreaterThan(150);
    expect(code.filter((file) => !allowed.has(file)).flatMap(named)).toEqual([]);
  });

  it.each(MAY_NAME_A_PRODUCT)('may be named in %s: %s', (file) => expect(named(file)).not.toEqual([]));
});

describe('the codes of the catalogue', () => {
  const themes = files('packages/core/src/errors/catalogue', /\.ts$/).map((file) => read(file).text);
  const params = themes.map((text) => /export interface \w+Params \{([\s\S]*?)\n\}/.exec(text)?.[1] ?? '').join('\n');
  const codes = [...params.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, code]) => code as string);
  const raisers = [...sources.filter(({ file }) => !file.includes('/errors/')), ...files('packages/cli/bin', /\.cjs$/).map(read)];
  const isRaised = (code: string) => raisers.some(({ text }) => text.includes(`'${code}'`));

  it('are all found', () => {
    expect(codes.length).toBeGreaterThan(40);
    expect(codes).toEqual(expect.arrayContaining(['UNEXPECTED', 'PORT_TAKEN', 'VALUE_UNQUOTABLE']));
  });

  it('are each raised somewhere: a code that nobody raises is a promise that nobody keeps', () => {
    // Raised in errors/ itself: what was not foreseen.
    expect(codes.filter((code) => code !== 'UNEXPECTED' && !isRaised(code))).toEqual([]);
  });
});
