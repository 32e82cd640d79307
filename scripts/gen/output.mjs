// From the definitions of what commands print: one schema for each document, complete in itself, and the types of all.
import { loadTs } from '../lib/load-ts.mjs';
import { BANNER, DRAFT, json, open, unionOfAll, withLocalRefs } from './schema-text.mjs';
import { typesOf } from './types.mjs';

const FOLDER = 'docs/reference/schemas/output';

export async function output() {
  const { shapes, documents } = await loadTs('packages/core/src/definitions/output/index.ts');
  const defs = open(withLocalRefs(shapes));
  const missing = Object.entries(documents).filter(([, shape]) => !(shape in defs));
  if (missing.length > 0) throw new Error(`schemas: documents without a shape: ${missing.join(', ')}`);

  const types = await typesOf('OutputShapes', { $defs: defs, ...unionOfAll(defs) }, { written: true });
  const names = Object.keys(documents).map((name) => `  | '${name}'`);
  const nameType = `/** The published schemas of what commands print. */\nexport type OutputName =\n${names.join('\n')};\n`;
  return [
    ...Object.entries(documents).map(([name, shape]) => [`${FOLDER}/${name}.schema.json`, json(document(defs, name, shape))]),
    ['packages/core/src/gen/output.gen.ts', `${BANNER}${types}${nameType}`],
  ];
}

function document(defs, name, shape) {
  const used = reach(defs, defs[shape]);
  const others = Object.fromEntries(Object.entries(defs).filter(([key]) => used.has(key)));
  return {
    $schema: DRAFT,
    title: `What Polygate prints: ${name}`,
    ...defs[shape],
    ...(used.size > 0 ? { $defs: others } : {}),
  };
}

/** Names of the shapes that a schema refers to, directly or not. */
function reach(defs, schema, found = new Set()) {
  for (const [, name] of JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/(\w+)"/g)) {
    if (!(name in defs)) throw new Error(`schemas: a document refers to ${name}, which is not defined`);
    if (found.has(name)) continue;
    found.add(name);
    reach(defs, defs[name], found);
  }
  return found;
}
