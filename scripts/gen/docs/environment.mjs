import { readdir, readFile } from 'node:fs/promises';
import { repoPath } from '../../lib/files.mjs';
import { glob } from '../../lib/glob.mjs';
import { loadTs } from '../../lib/load-ts.mjs';
import { code, page, prose, table } from './markdown.mjs';

const PACKS = 'templates/products';
/** Where the code asks for a variable of a product, by its name without the prefix. */
const OF_PRODUCT = [
  /\b(?:readVariables?|variableNames?)\(\s*[\w.]+,(?:\s*[\w.]+,)?\s*'([A-Z_]+)'/g,
  /\bdrop\('([A-Z_]+)'/g,
  /\$\{prefix\}([A-Z_]+)/g,
];
const OTHER = /\benv\.([A-Z][A-Z_]+)\b/g;

export async function environmentPage() {
  const { PRODUCT_VARIABLES, OTHER_VARIABLES } = await loadTs('packages/core/src/product/variable-meanings.ts');
  const packs = await shippedPacks();
  await refuseUnexplained(PRODUCT_VARIABLES, OTHER_VARIABLES);
  const rows = (variables) => Object.entries(variables).map(([name, { use, meaning }]) => [code(name), use, prose(meaning)]);
  return page(
    'packages/core/src/product/variable-meanings.ts, the code that reads them, and templates/products',
    '# Environment variables',
    `An option on the command line comes before a variable, and a variable before the config. A blank variable is the same as none.
\`polygate paths\` shows what each value was set by, and which variables were left out and why: what belongs to another profile
never redirects a command that names one ([decision 0006](../decisions/0006-a-state-directory-names-its-profile.md)).`,
    '*Read* is what Polygate acts on where it is set; *written* is what it sets for services and gateways that it starts.',
    '## Of a product',
    'With the prefix of the product in front: `ZERO_` and `PROFILE` make `ZERO_PROFILE`.',
    table(['Variable', 'Use', 'Meaning'], rows(PRODUCT_VARIABLES)),
    '## Full names',
    'The first name that is set counts.',
    table(
      ['Variable', ...packs.map((pack) => code(pack.id))],
      Object.keys(PRODUCT_VARIABLES).map((suffix) => [code(suffix), ...packs.map((pack) => namesOf(pack, suffix))]),
    ),
    '## Of all products',
    table(['Variable', 'Use', 'Meaning'], rows(OTHER_VARIABLES)),
    `Without \`POLYGATE_HOME\`, Polygate's own folders are those of the platform; on Linux \`XDG_CONFIG_HOME\`, \`XDG_DATA_HOME\` and
\`XDG_STATE_HOME\` move them.`,
  );
}

const namesOf = (pack, suffix) => (pack.env.names?.[suffix] ?? [pack.env.prefix + suffix]).map(code).join('<br>');

async function shippedPacks() {
  const names = (await readdir(repoPath(PACKS))).filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json'));
  const packs = await Promise.all(names.map(async (name) => JSON.parse(await readFile(repoPath(PACKS, name), 'utf8'))));
  return packs.sort((a, b) => Number(b.isDefault ?? false) - Number(a.isDefault ?? false) || (a.id < b.id ? -1 : 1));
}

/** A variable that the code knows and this page does not would be one that nobody finds; the other way round, a promise. */
async function refuseUnexplained(ofProduct, others) {
  const isSource = (file) => /\/src\/.*\.ts$/.test(file) && !/\.test\.ts$|\/testkit\/|variable-meanings/.test(file);
  const files = await glob(repoPath('packages'), isSource);
  const text = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
  const found = (patterns) => new Set(patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name]) => name)));
  // In a list, or put together from a part: the name stands somewhere as text.
  const known = { product: found(OF_PRODUCT), other: found([OTHER]) };
  const missing = [
    ...[...known.product].filter((name) => !(name in ofProduct)),
    ...[...known.other].filter((name) => !(name in others)),
  ];
  if (missing.length > 0) throw new Error(`docs: variables without a meaning: ${missing.join(', ')}`);
  const unread = Object.keys({ ...ofProduct, ...others }).filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
  if (unread.length > 0) throw new Error(`docs: variables that nothing reads: ${unread.join(', ')}`);
}
