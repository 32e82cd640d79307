import { loadTs } from '../../lib/load-ts.mjs';
import { anchor, block, code, link, page, prose } from './markdown.mjs';

const COMMAND = 'zero --profile rescue';

export async function errorsPage() {
  const { everyEntry: entries } = await loadTs('packages/core/src/errors/every.ts');
  const { SCHEMA_VERSION } = await loadTs('packages/core/src/schema-version.ts');
  const { PROBLEM_MEANINGS } = await loadTs('packages/core/src/errors/meanings.ts');
  const catalogue = Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, { ...entry, meaning: PROBLEM_MEANINGS[name] }]),
  );
  const { samples } = await loadTs('scripts/gen/docs/error-samples.ts');
  refuseStale(Object.keys(catalogue), Object.keys(samples));
  const names = Object.keys(catalogue);
  return page(
    'packages/core/src/errors/catalogue.ts',
    '# Errors',
    `Every expected failure has a code that never changes, a message with the value that is wrong, a hint with the next thing to
type, and an exit code ([exit-codes.md](exit-codes.md)). For people it is two lines on stderr:`,
    block('text', human(rendered(catalogue, samples, 'SERVICE_NOT_INSTALLED'))),
    'With `--json` it is one document on stdout. `details` holds the values that the message is made of:',
    block('json', machine(rendered(catalogue, samples, 'SERVICE_NOT_INSTALLED'), SCHEMA_VERSION)),
    `Secrets are masked (\`***\`) in all of them. The examples below are those of \`${COMMAND}\`; the values are made up.`,
    `All codes: ${names.map((name) => link(code(name), anchor(name))).join(', ')}.`,
    names.map((name) => describe(rendered(catalogue, samples, name))),
  );
}

/** The generator fails rather than show a page without, or with more than, what the catalogue has. */
function refuseStale(codes, sampled) {
  const missing = codes.filter((name) => !sampled.includes(name));
  const unknown = sampled.filter((name) => !codes.includes(name));
  const said = [
    missing.length > 0 ? `without a sample: ${missing.join(', ')}` : '',
    unknown.length > 0 ? `samples of no code: ${unknown.join(', ')}` : '',
  ].filter(Boolean);
  if (said.length > 0) throw new Error(`docs: scripts/gen/docs/error-samples.ts is stale (${said.join('; ')})`);
}

function rendered(catalogue, samples, name) {
  const { meaning, exit, message, hint } = catalogue[name];
  const params = samples[name];
  return { name, meaning, exit, params, message: message(params), hint: hint(params, COMMAND) };
}

function describe({ name, meaning, exit, params, ...texts }) {
  const details = Object.keys(params).map(code).join(', ');
  return [
    `## ${name}`,
    `${prose(meaning)}\nExit code ${code(exit)}.${details ? ` Details: ${details}.` : ''}`,
    block('text', human({ name, ...texts })),
  ];
}

const human = ({ name, message, hint }) => `error: ${message} [${name}]\nhint:  ${hint}`;

function machine({ name, message, hint, params }, schemaVersion) {
  return JSON.stringify({ ok: false, schemaVersion, error: { code: name, message, hint, details: params } }, null, 2);
}
