// From definitions (TypeBox, the source of truth) to JSON Schema, precompiled validators and TypeScript types.
import { loadTs } from '../lib/load-ts.mjs';
import { output } from './output.mjs';
import { BANNER, DRAFT, json, unionOfAll, withLocalRefs } from './schema-text.mjs';
import { typesOf } from './types.mjs';
import { validatorsOf } from './validators.mjs';

/** Files and documents of Polygate itself: definition, name, where the schema is published, if it is. What people write gets all errors. */
const DOCUMENTS = [
  { module: 'product-pack', name: 'ProductPack', allErrors: true, schema: 'templates/products/product.schema.json' },
  {
    module: 'gateway-config',
    name: 'GatewayConfig',
    allErrors: true,
    schema: 'docs/reference/schemas/gateway-config.schema.json',
  },
  {
    module: 'settings',
    name: 'InstanceSettings',
    allErrors: true,
    schema: 'docs/reference/schemas/instance-settings.schema.json',
  },
  {
    module: 'settings',
    name: 'SupervisorSettings',
    allErrors: true,
    schema: 'docs/reference/schemas/supervisor-settings.schema.json',
  },
  { module: 'settings', name: 'SettingsOutline', allErrors: false },
  {
    module: 'settings',
    name: 'AdoptionRecord',
    allErrors: false,
    schema: 'docs/reference/schemas/adoption-record.schema.json',
  },
  { module: 'settings', name: 'Ledger', allErrors: false, schema: 'docs/reference/schemas/ledger.schema.json' },
];

const kebab = (name) => name.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase();
const pascal = (name) => name.replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, __, c) => c.toUpperCase());

export async function generateSchemas() {
  return new Map([...(await documents()), ...(await output()), ...(await protocol())]);
}

async function documents() {
  const files = [];
  for (const { module, name, schema, allErrors } of DOCUMENTS) {
    const definition = (await loadTs(`packages/core/src/definitions/${module}.ts`))[name];
    const document = { $schema: DRAFT, ...definition };
    const out = `packages/core/src/gen/${kebab(name)}.gen.ts`;
    const validator = validatorsOf({ [name]: definition }, [name], { allErrors });
    // What is not published is a lighter check of something that is: the types are the other's.
    if (schema) files.push([schema, json(document)], [out, `${BANNER}${await typesOf(name, definition)}`]);
    files.push([out.replace('.gen.ts', '.validator.gen.ts'), BANNER + validator]);
    // A gateway tells its clients what its config may hold.
    if (name === 'GatewayConfig') {
      const text = `export const gatewayConfigSchema: Readonly<Record<string, unknown>> = ${json(document).trimEnd()};\n`;
      files.push([out.replace('.gen.ts', '.schema.gen.ts'), BANNER + text]);
    }
  }
  return files;
}

async function protocol() {
  const { shapes, methods, events, protocolVersion } = await loadTs('packages/protocol/src/definitions/index.ts');
  const named = { ...shapes };
  for (const m of methods) {
    named[`${pascal(m.name)}Params`] = m.params;
    named[`${pascal(m.name)}Result`] = m.result;
  }
  for (const e of events) named[`${pascal(e.name)}Event`] = e.payload;

  const definitions = withLocalRefs(named);
  const document = { $schema: DRAFT, title: `Gateway protocol ${protocolVersion}`, $defs: definitions };
  const types = await typesOf('ProtocolShapes', { $defs: definitions, ...unionOfAll(named) });
  const map = (name, rows) =>
    `export interface ${name} {\n${rows.map(([k, v]) => `  ${JSON.stringify(k)}: ${v};`).join('\n')}\n}\n`;
  const tables = [
    `export const protocolVersion = ${protocolVersion} as const;`,
    `export const methodTable: Record<string, { scope: string | null; role: string | null; summary: string }> = ${JSON.stringify(Object.fromEntries(methods.map((m) => [m.name, { scope: m.scope ?? null, role: m.role ?? null, summary: m.summary }])), null, 2)};`,
    `export const eventTable: Record<string, { scope: string | null }> = ${JSON.stringify(Object.fromEntries(events.map((e) => [e.name, { scope: e.scope ?? null }])), null, 2)};`,
  ].join('\n\n');
  const maps = [
    map(
      'MethodParams',
      methods.map((m) => [m.name, `${pascal(m.name)}Params`]),
    ),
    map(
      'MethodResults',
      methods.map((m) => [m.name, `${pascal(m.name)}Result`]),
    ),
    map(
      'EventPayloads',
      events.map((e) => [e.name, `${pascal(e.name)}Event`]),
    ),
  ].join('\n');

  const group = (names) => BANNER + validatorsOf(definitions, names);
  const methodNames = methods.map((m) => `${pascal(m.name)}Params`);
  const methodMap = `\nexport const validateParams: Record<string, Validator> = {\n${methods.map((m) => `  ${JSON.stringify(m.name)}: validate${pascal(m.name)}Params,`).join('\n')}\n};\n`;
  return [
    ['packages/protocol/src/gen/schema.json', json(document)],
    ['packages/protocol/src/gen/types.gen.ts', `${BANNER}${types}\n${maps}\n${tables}\n`],
    ['packages/protocol/src/gen/server.gen.ts', group(['RequestFrame', 'ConnectParams', ...methodNames]) + methodMap],
    ['packages/protocol/src/gen/client.gen.ts', group(['ResponseFrame', 'EventFrame'])],
  ];
}
