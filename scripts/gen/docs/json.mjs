import { loadTs } from '../../lib/load-ts.mjs';
import { json, open, withLocalRefs } from '../schema-text.mjs';
import { anchor, code, link, page, prose, sentence, table } from './markdown.mjs';
import { fieldRows, typeText } from './schema-rows.mjs';

/** Files that have a published schema, beside what commands print. */
const FILES = [
  ['schemas/gateway-config.schema.json', 'The config of a gateway ([config.md](config.md))'],
  ['schemas/instance-settings.schema.json', "Polygate's own settings of one instance"],
  ['schemas/supervisor-settings.schema.json', "Polygate's settings of its supervisor"],
  ['schemas/ledger.schema.json', "The record of instances and their ports, `ledger.json` in Polygate's data folder"],
  ['../../templates/products/product.schema.json', 'A product pack ([product-packs.md](product-packs.md))'],
  ['../../packages/protocol/src/gen/schema.json', 'The gateway protocol ([protocol.md](protocol.md))'],
];

export async function jsonPage() {
  const { shapes, documents, schemaVersion } = await loadTs('packages/core/src/definitions/output/index.ts');
  const { COMMANDS } = await loadTs('packages/cli/src/commands/index.ts');
  const defs = open(withLocalRefs(shapes));
  const names = new Set(Object.keys(defs));
  const printed = new Set(Object.values(documents));
  return page(
    'packages/core/src/definitions/output and packages/cli/src/commands',
    '# JSON output',
    'What every command prints with `--json`, and the schemas that are published.',
    '## What you can rely on',
    `- stdout holds one JSON document and nothing else, also on failure. Progress and warnings for people go to stderr.
- \`logs\`, \`events\`, \`top\`, \`ps --watch\` and \`up\` in the foreground are streams: one JSON object per line. Should they fail, the failure is one line too.
- \`warnings\`, in any document, are lines that are on stderr too: the command did its work, and something is worth knowing (a
  damaged ledger that was rebuilt, a lease that could not be recorded, ports that are close to
  those of another instance).
- Documents carry \`schemaVersion\` (now ${schemaVersion}). It grows when a field changes its meaning; fields may be added at any time, so
  ignore what you do not know. (In \`logs\` the first line has it. What \`gateway call\` prints is the gateway's: its version is
  that of the protocol.)
- The [exit code](exit-codes.md) says how it went; there is no need to parse anything for that.`,
    `A failure has the schema ${schemaLink('failure')}, whichever command prints it, and \`--help\` has ${schemaLink('help')}; [errors.md](errors.md) shows one, and all codes.`,
    '## Commands',
    `Each document has a JSON Schema, which allows fields that it does not name. They are installed with the command as well, in
\`schemas/\` of the package, and [commands.json](schemas/output/commands.json) is this table for programs.`,
    table(
      ['Command', 'Schema', 'Document'],
      COMMANDS.filter(({ hidden }) => !hidden).flatMap(({ path, prints }) =>
        prints.map((name) => [
          link(code(path.join(' ')), `cli.md${anchor(path.join(' '))}`),
          schemaLink(name),
          link(documents[name], anchor(documents[name])),
        ]),
      ),
    ),
    `\`gateway install\` prints ${code('install-plan')} with \`--dry-run\`, \`status\` ${code('instance-list')} with \`--all\`. \`gateway run\`
prints nothing but a failure: its log goes to stderr.`,
    '## Files',
    table(
      ['Schema', 'What it describes'],
      FILES.map(([file, meaning]) => [link(file.split('/').at(-1), file), meaning]),
    ),
    '## Documents',
    [...printed].map((name) => shapeSection(name, defs[name], names)),
    '## Shapes',
    'What documents are made of.',
    [...names].filter((name) => !printed.has(name)).map((name) => shapeSection(name, defs[name], names)),
  );
}

/** The page's table for programs, other names of commands included. */
export async function commandsJson() {
  const { COMMANDS } = await loadTs('packages/cli/src/commands/index.ts');
  const rows = COMMANDS.flatMap(({ path, aliases = [], prints }) => [path, ...aliases].map((words) => [words.join(' '), prints]));
  return json(Object.fromEntries(rows));
}

function shapeSection(name, schema, names) {
  const rows = fieldRows(schema, names).map(([path, type, required, meaning]) => [
    code(path),
    type,
    required ? 'yes' : '',
    meaning,
  ]);
  return [
    `### ${name}`,
    schema.description ? sentence(schema.description) : '',
    rows.length > 0 ? table(['Field', 'Type', 'Always', 'Meaning'], rows) : prose(`It is ${typeText(schema, names)}.`),
  ];
}

const schemaLink = (name) => link(code(name), `schemas/output/${name}.schema.json`);
