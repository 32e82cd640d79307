// Bundles the command: one light file that every command loads, and what only some need in files of its own.
// Usage: node scripts/build.mjs [--if-stale]
import { createHash } from 'node:crypto';
import { copyFile, cp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { ensureInstalled } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';
import { glob } from './lib/glob.mjs';
import { packagedReadme } from './lib/packaged-readme.mjs';

const OUT = repoPath('packages/cli/dist/bundle');
/** Published schemas: of files, and of what commands print. */
const SCHEMAS = 'docs/reference/schemas';
const body = (name) => repoPath(`packages/cli/src/commands/${name}.run.ts`);
/** What stays in memory as long as the gateways do: nothing in it that only other commands need. */
const SUPERVISING = ['up-here', 'take-up'].map((name) => repoPath(`packages/cli/src/jobs/supervise/${name}.ts`));
/** What has a supervisor started, before it is known whether it may begin. */
const LAUNCHING = [body('up'), repoPath('packages/cli/src/jobs/supervise/detach.ts')];
/** Commands that ask a gateway how it is. */
const LIVE = [
  ...['gateway/status', 'gateway/call', 'gateway/health', 'status'].map(body),
  repoPath('packages/host/src/managers/index.ts'),
];
/** Where no service manager is: whatever asks one loads it. */
const BUILTIN = [repoPath('packages/cli/src/jobs/builtin.ts')];
/**
 * Commands that are run again and again: those that ask the supervisor, those that only look at files, and those that ask a
 * gateway how it is. What two of them share is apart, so that neither loads the other.
 */
const TOGETHER = {
  tables: [repoPath('packages/cli/src/output/instances.ts')],
  'supervisor-commands': ['ps', 'down'].map(body),
  'light-commands': ['version', 'paths', 'profiles/list'].map(body),
  launching: LAUNCHING,
  'live-or-supervising': { shared: [LIVE, SUPERVISING] },
  'builtin-or-supervising': { shared: [BUILTIN, SUPERVISING] },
  builtin: BUILTIN,
  supervising: SUPERVISING,
  'live-commands': LIVE,
};
/** One letter beyond Latin-1 in a file has V8 keep all of its text at two bytes a letter, for as long as the process lives. */
function inAscii(file) {
  if (file.type !== 'chunk') return;
  file.code = file.code.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The light path: what every command loads before its body (docs/decisions/0005). */
const LIGHT_LIMIT_BYTES = 130_000;

if (process.argv.includes('--if-stale') && (await isFresh())) process.exit(0);
await ensureInstalled();
const { rolldown } = await import('rolldown');
const { globalProcess } = await import('./lib/global-process.mjs');
const { lazyBuiltins } = await import('./lib/lazy-builtins.mjs');
const { chunkGroups } = await import('./lib/chunk-groups.mjs');

const { version } = JSON.parse(await readFile(repoPath('packages/cli/package.json'), 'utf8'));
const source = (name) => repoPath(`packages/cli/src/${name}.ts`);
const entry = source('main');
await rm(OUT, { recursive: true, force: true });
const commands = await bundled('main', { POLYGATE_VERSION: JSON.stringify(version) }, chunkGroups(entry, TOGETHER));
const build = createHash('sha256');
for (const { code } of commands) build.update(code);
const output = [...commands, ...(await bundled('start', { POLYGATE_BUILD: JSON.stringify(build.digest('hex').slice(0, 12)) }))];
// npm takes what a package shows from the package's own folder.
await copyFile(repoPath('LICENSE'), repoPath('packages/cli/LICENSE'));
await writeFile(repoPath('packages/cli/README.md'), packagedReadme(await readFile(repoPath('README.md'), 'utf8'), ['LICENSE']));
await rm(repoPath('packages/cli/schemas'), { recursive: true, force: true });
await cp(repoPath(SCHEMAS), repoPath('packages/cli/schemas'), { recursive: true });
// Beside the command: a container may name it in its ENTRYPOINT.
await copyFile(repoPath('templates/service/container-init.sh'), repoPath('packages/cli/bin/init.sh'));

const bytes = eagerBytes('start.cjs') + eagerBytes('main.cjs');
await writeFile(`${OUT}/meta.json`, JSON.stringify({ version, eagerBytes: bytes }));
console.log(`built polygate ${version}: ${Math.round(bytes / 1000)} kB before the body of a command`);
if (bytes > LIGHT_LIMIT_BYTES) {
  console.error(`build: the light path has grown over ${LIGHT_LIMIT_BYTES} bytes (${bytes}); load more of it lazily`);
  process.exitCode = 1;
}

async function bundled(name, define, groups) {
  const bundle = await rolldown({
    input: { [name]: source(name) },
    platform: 'node',
    plugins: [
      globalProcess(),
      lazyBuiltins(),
      { name: 'ascii', generateBundle: (_, files) => Object.values(files).forEach(inAscii) },
    ],
    transform: { target: 'node20', define },
    treeshake: { annotations: true },
    // What other chunks need of it may lie in the entry itself: no file more to load.
    preserveEntrySignatures: 'allow-extension',
  });
  const { output } = await bundle.write({
    dir: OUT,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    // Names of functions and classes stay: a stack trace must tell something.
    minify: { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
    ...(groups && { codeSplitting: { groups } }),
  });
  await bundle.close();
  return output;
}

/** What is loaded with a file: itself and everything it imports statically. */
function eagerBytes(file) {
  const seen = new Set();
  const visit = (name) => {
    const chunk = output.find((o) => o.fileName === name);
    if (!chunk || seen.has(name)) return 0;
    seen.add(name);
    return chunk.code.length + chunk.imports.reduce((sum, next) => sum + visit(next), 0);
  };
  return visit(file);
}

async function isFresh() {
  const built = await stat(`${OUT}/meta.json`).catch(() => undefined);
  if (!built) return false;
  const sources = await glob(repoPath('packages'), (file) => /\/src\/.*\.ts$/.test(file) || file.endsWith('package.json'));
  const others = [
    repoPath('scripts/build.mjs'),
    repoPath('README.md'),
    ...(await glob(repoPath('scripts/lib'), () => true)),
    ...(await glob(repoPath('templates/service'), () => true)),
    ...(await glob(repoPath(SCHEMAS), () => true)),
  ];
  const times = await Promise.all([...sources, ...others].map(async (file) => (await stat(file)).mtimeMs));
  return times.every((time) => time <= built.mtimeMs);
}
