import { readdir, readFile } from 'node:fs/promises';
import { repoPath } from '../../lib/files.mjs';
import { loadTs } from '../../lib/load-ts.mjs';
import { block, code, page, table } from './markdown.mjs';
import { fieldRows, withoutBranches } from './schema-rows.mjs';

const DIR = 'templates/products';

/** What the table of shipped products shows of a pack. */
const FACTS = {
  'Display name': (pack) => pack.displayName,
  Command: (pack) => code(pack.command),
  'State directory': (pack) => perProfile(pack.stateDir, '~/'),
  'Config file in it': (pack) => code(pack.configFile),
  'Older config names picked up': (pack) => (pack.legacyConfigFiles ?? []).map(code).join(', '),
  Workspace: (pack) => perProfile(pack.workspace, '~/'),
  'Environment prefix': (pack) => code(pack.env.prefix),
  'Variables with names of their own': (pack) =>
    Object.entries(pack.env.names ?? {})
      .map(([suffix, names]) => `${code(suffix)}: ${names.map(code).join(', else ')}`)
      .join('<br>'),
  'systemd unit': (pack) => perProfile(pack.service.systemd),
  'launchd label': (pack) => perProfile(pack.service.launchd),
  'Profile names that launchd reserves': (pack) => (pack.service.launchd.reserved ?? []).map(code).join(', '),
  'Windows task': (pack) => perProfile(pack.service.windows),
  'Base port': (pack) => `${pack.ports.base} (profile \`dev\`: ${pack.ports.dev})`,
  'Browser control port': (pack) => `base + ${pack.ports.browserControl}`,
  'Canvas port': (pack) => (pack.ports.canvas === null ? 'the base port' : `base + ${pack.ports.canvas}`),
  'CDP ports': (pack) => `base + ${pack.ports.cdp.first} to base + ${pack.ports.cdp.last}`,
  'Restarts in place on': (pack) => (pack.supervise?.restartSignals ?? []).map(restartSignal).join('<br>'),
  'Other ports of some versions': (pack) => (pack.ports.soft ?? []).map(softPort).join('<br>'),
};

export async function productPacksPage() {
  const { ProductPack } = await loadTs('packages/core/src/definitions/product-pack.ts');
  const packs = await shippedPacks();
  return page(
    `${DIR} and packages/core/src/definitions/product-pack.ts`,
    '# Product packs',
    `A product of the gateway family is a JSON file, a *product pack*: where its state lies, what its config, variables and
services are called, which ports it uses. Polygate ships five, and reads yours beside them.`,
    '## The packs that are shipped',
    table(
      ['', ...packs.map((pack) => code(pack.id))],
      [...Object.entries(FACTS)].map(([title, fact]) => [title, ...packs.map(fact)]),
    ),
    `Two values in one cell are those of the profile \`default\` and of a named profile. The names for launchd and Windows are
those that the products use there; Polygate itself installs services on Linux only so far.`,
    '## What differs between versions',
    `Of an external program the version beside its entry (\`package.json\`), else the one that it says hello with, picks the row. A
version that no row names gets what harms none of them: all variables, the longest time to stop, no HTTP probe, no trust in what
it says of its paths, no signal to restart in place.`,
    table(
      ['Product', 'Versions', 'Protocol', 'Names its own paths', 'HTTP probes', 'Time to stop', 'Variables', 'Fatal exits'],
      packs.flatMap((pack) => (pack.generations ?? []).map((generation) => generationRow(pack, generation))),
    ),
    '## Add one',
    `Write a pack and put it into \`products/\` in Polygate's config folder (\`~/.config/polygate\` on Linux, or below
\`POLYGATE_HOME\` when that is set), or name it on the command line. Then use its \`id\` like any other:`,
    block(
      'sh',
      `mkdir -p ~/.config/polygate/products
cp acme.json ~/.config/polygate/products/
polygate --product acme setup

polygate --product-file ./acme.json --product acme setup`,
    ),
    `A pack of yours wins over a shipped one with the same \`id\`. A file that is not a valid pack is refused with every mistake in
it ([PRODUCT_PACK_INVALID](errors.md#product_pack_invalid)), and so is every command until it is mended or moved away.
Instances of a product are found on disk only where its state directory lies directly in the home directory and begins with a
dot, as those of the family do; others are known from the time when \`setup\` made them.`,
    'Start from a copy of a shipped pack, for example `ws-agent`:',
    block('json', (await readFile(repoPath(DIR, 'ws-agent.json'), 'utf8')).trim()),
    '## Fields',
    table(
      ['Field', 'Value', 'Needed', 'Meaning'],
      withoutBranches(fieldRows(ProductPack))
        .filter(([path]) => path !== '$schema')
        .map(([path, type, required, meaning]) => [code(path), type, required ? 'yes' : '', meaning]),
    ),
    'As JSON Schema, for editors: [product.schema.json](../../templates/products/product.schema.json).',
  );
}

function generationRow({ id, env }, { from, to, protocols, namesItself, http = {}, stopSeconds, environment, fatalExits = [] }) {
  return [
    code(id),
    `${from} ${to === undefined ? 'and later' : `to ${to}`}`,
    protocols.join(', '),
    namesItself ? 'yes' : 'no',
    Object.values(http).map(code).join(', '),
    `${stopSeconds} s`,
    Object.entries(environment)
      .map(([suffix, value]) => code(`${env.prefix}${suffix}=${value}`))
      .join(', '),
    [78, ...fatalExits].join(', '),
  ];
}

async function shippedPacks() {
  const names = (await readdir(repoPath(DIR))).filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json'));
  const packs = await Promise.all(names.map(async (name) => JSON.parse(await readFile(repoPath(DIR, name), 'utf8'))));
  // The default product first, then by name.
  return packs.sort((a, b) => Number(b.isDefault ?? false) - Number(a.isDefault ?? false) || (a.id < b.id ? -1 : 1));
}

const perProfile = ({ default: plain, profile }, before = '') => `${code(before + plain)}<br>${code(before + profile)}`;
const softPort = ({ offset, use, versions }) => `base + ${offset}: ${use}${versions ? ` (${versions})` : ''}`;
const restartSignal = ({ from, to, signal, needs }) =>
  `${signal} (${from} ${to ? `to ${to}` : 'and later'})${needs ? ` where ${code(needs)} allows it` : ''}`;
