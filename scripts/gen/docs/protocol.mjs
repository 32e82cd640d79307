import { readdir, readFile } from 'node:fs/promises';
import { repoPath } from '../../lib/files.mjs';
import { loadTs } from '../../lib/load-ts.mjs';
import { code, link, page, prose, sentence, table } from './markdown.mjs';
import { CLOSE_CODES, ERROR_CODES, HANDSHAKE, HTTP, LIMITS, NEUTRAL_CLIENTS, SCOPES, TITLE } from './protocol-text.mjs';
import { fieldRows, plain, typeText } from './schema-rows.mjs';

const FRAMES = ['RequestFrame', 'ResponseFrame', 'EventFrame', 'ErrorShape', 'StateVersion'];
const CONNECT = ['ConnectParams', 'ClientInfo', 'ConnectAuth', 'DeviceIdentity'];
const HELLO = ['HelloOk', 'Snapshot', 'Policy'];

export async function protocolPage() {
  const protocol = await loadTs('packages/protocol/src/definitions/index.ts');
  const { DEFAULT_LIMITS } = await loadTs('packages/gateway/src/limits.ts');
  const shapes = plain(protocol.shapes);
  const names = new Set(Object.keys(shapes));
  const others = Object.keys(shapes).filter((name) => ![...FRAMES, ...CONNECT, ...HELLO].includes(name));
  const sections = (list) => list.map((name) => shapeSection(name, shapes[name], names));
  return page(
    'packages/protocol/src/definitions, packages/gateway/src/limits.ts and templates/products',
    TITLE(protocol.protocolVersion),
    '## The handshake',
    HANDSHAKE(protocol.protocolVersion),
    '## Frames',
    'A field that is required within an optional object is required only where that object is there.',
    sections(FRAMES),
    '## connect',
    'The first request of a client, and what it is made of.',
    sections(CONNECT),
    '### Client ids',
    'The list is closed: a client with another id is refused. Every gateway takes the neutral ones and those of its own product.',
    await clientTable(),
    '### Client modes',
    `The list is closed too: ${typeText(shapes.ClientInfo.properties.mode)}. Presence shows them; nothing else depends on them.`,
    '## hello-ok',
    'The payload of the response to `connect`.',
    sections(HELLO),
    '## Methods',
    SCOPES,
    table(
      ['Method', 'Scope', 'What it does'],
      protocol.methods.map(({ name, scope, role, summary }) => [
        link(code(name), `#${name.replaceAll('.', '')}`),
        needs(scope, role),
        prose(summary),
      ]),
    ),
    protocol.methods.map((method) => methodSection(method, names)),
    '## Events',
    protocol.events.map(({ name, summary, scope, role, payload }) => [
      `### ${eventHeading(name, protocol.methods)}`,
      `${sentence(summary)}${scope ? ` Only connections with the scope \`${scope}\` get it.` : ''}${role ? ' Nobody else gets it.' : ''}`,
      fields(payload, names),
    ]),
    '## Shapes that methods and events share',
    sections(others),
    '## Error codes',
    ERROR_CODES,
    '## Close codes',
    CLOSE_CODES(DEFAULT_LIMITS),
    '## Limits',
    limitTable(DEFAULT_LIMITS),
    '## HTTP on the same port',
    HTTP,
  );
}

const shapeSection = (name, shape, names) => [
  `### ${name}`,
  [shape.description ? sentence(shape.description) : '', openness(shape)].filter(Boolean).join('\n'),
  fields(shape, names),
];

const needs = (scope, role) => (scope ? code(scope) : role ? `role ${code(role)}` : 'none');

/** Where a method has the same name, its heading came first. */
const eventHeading = (name, methods) => (methods.some((method) => method.name === name) ? `${name} (event)` : name);

function methodSection({ name, summary, scope, role, params, result }, names) {
  return [
    `### ${name}`,
    `${sentence(summary)}\nScope: ${needs(scope, role)}.`,
    `**Parameters.** ${fieldRows(params).length === 0 ? 'None. ' : ''}${openness(plain(params), 'Other fields are ignored.')}`,
    fields(params, names),
    `**Result.**${fieldRows(result).length === 0 ? ` ${typeText(plain(result), names)}.` : ''}`,
    fields(result, names),
  ];
}

const openness = ({ type, additionalProperties }, open = 'Other fields may be there too.') =>
  type !== 'object' ? '' : additionalProperties === true ? open : 'Other fields are refused.';

function fields(shape, names) {
  const rows = fieldRows(shape, names);
  if (rows.length === 0) return '';
  return table(
    ['Field', 'Type', 'Required', 'Meaning'],
    rows.map(([path, type, required, meaning]) => [code(path), type, required ? 'yes' : '', meaning]),
  );
}

async function clientTable() {
  const dir = 'templates/products';
  const files = (await readdir(repoPath(dir))).filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json')).sort();
  const packs = await Promise.all(files.map(async (name) => JSON.parse(await readFile(repoPath(dir, name), 'utf8'))));
  return table(
    ['Product', 'Client ids'],
    [
      ['every product', NEUTRAL_CLIENTS.map(code).join(', ')],
      ...packs.map(({ id, clients }) => [code(id), [clients.controlUi, clients.probe, ...clients.apps].map(code).join(', ')]),
    ],
  );
}

function limitTable(limits) {
  const stale = [...Object.keys(limits).filter((k) => !(k in LIMITS)), ...Object.keys(LIMITS).filter((k) => !(k in limits))];
  if (stale.length > 0) throw new Error(`docs: limits to add or drop in scripts/gen/docs/protocol-text.mjs: ${stale.join(', ')}`);
  return table(
    ['Limit', 'Value', 'Meaning'],
    Object.entries(limits).map(([name, value]) => [code(name), String(value), LIMITS[name]]),
  );
}
