import { loadTs } from '../../lib/load-ts.mjs';
import { code, page, table } from './markdown.mjs';
import { fieldRows, plain, withoutBranches } from './schema-rows.mjs';

/** Keys that this version acts on, and how. The others are checked, so that a mistake in them is found, and left to other programs. */
const USED = new Map([
  ['gateway.mode', 'yes'],
  ['gateway.port', 'yes'],
  ['gateway.bind', 'yes'],
  ['gateway.customBindHost', 'yes'],
  ['gateway.auth.mode', 'yes'],
  ['gateway.auth.token', 'yes'],
  ['gateway.auth.password', 'yes'],
  ['agents.defaults.workspace', 'yes'],
  ['browser.controlUrl', 'ports'],
  ['browser.cdpUrl', 'ports'],
  ['browser.cdpPortRangeStart', 'ports'],
  ['browser.profiles.<name>.cdpPort', 'ports'],
  ['browser.profiles.<name>.cdpUrl', 'ports'],
  ['canvasHost.enabled', 'ports'],
  ['canvasHost.port', 'ports'],
  ['logging.level', 'yes'],
]);

export async function configPage() {
  const { GatewayConfig } = await loadTs('packages/core/src/definitions/gateway-config.ts');
  const { DEFAULT_SUPERVISION } = await loadTs('packages/core/src/supervise/defaults.ts');
  const { InstanceSettings, SupervisorSettings } = await loadTs('packages/core/src/definitions/settings.ts');
  const fields = fieldRows(GatewayConfig).filter(([path]) => path !== '$schema');
  const missing = [...USED.keys()].filter((key) => !fields.some(([path]) => path === key));
  if (missing.length > 0) throw new Error(`docs: config keys that are not defined: ${missing.join(', ')}`);

  const isSection = ([path, type]) => type === 'anything' && !path.includes('.');
  const keys = withoutBranches(fields.filter((row) => !isSection(row)));
  return page(
    'packages/core/src/definitions/gateway-config.ts and settings.ts',
    '# Config files',
    '## The config of a gateway',
    `The file that the gateway itself reads: \`zero.json\`, \`openclaw.json\` and so on, in the state directory of the profile
([product-packs.md](product-packs.md) names it for each product, \`polygate paths\` for yours). It is JSON5: comments and
trailing commas are fine. When \`setup\` adds a key to a file that exists, comments and layout stay.`,
    `A listed key with a wrong value is an error ([CONFIG_INVALID](errors.md#config_invalid)), named with its line and column; all
of them are reported at once. A key that is not listed is never refused, since real gateways of the family know more keys
than Polygate does: \`status\` and the log of the gateway show it as a warning.`,
    `In the column *Acted on*, *yes* is what Polygate and its reference gateway act on today, and *ports* what they read only to
know which ports the instance uses. The other keys are checked and left to whatever program reads them.`,
    table(
      ['Key', 'Value', 'Acted on', 'Meaning'],
      keys.map(([path, type, , meaning]) => [code(path), type, USED.get(path) ?? '', meaning]),
    ),
    `These sections of the family are let through unchecked: ${fields
      .filter(isSection)
      .map(([path]) => code(path))
      .join(', ')}.`,
    `The same as JSON Schema, for editors: [gateway-config.schema.json](schemas/gateway-config.schema.json).`,
    '## The settings of Polygate itself',
    plain(InstanceSettings).description,
    `One file for each instance, \`instances/<product>/<profile>.json\` in Polygate's
config folder (\`~/.config/polygate\` on Linux, or below \`POLYGATE_HOME\` when that is set). Commands write it; there is
hardly ever a reason to edit it.`,
    table(
      ['Key', 'Value', 'Needed', 'Default', 'Meaning'],
      fieldRows(InstanceSettings).map(([path, type, required, meaning]) => [
        ...[code(path), type, required ? 'yes' : ''],
        ...[defaultAt(DEFAULT_SUPERVISION, path), meaning],
      ]),
    ),
    `Times are in seconds. What counts is, key by key, what the settings of the instance say, else \`supervisor.json\` (below), else
the [product pack](product-packs.md), else the default. A probe of another kind than the layer before it keeps the times of
that layer, and nothing else. Wrong keys and values are all named at once ([SETTINGS_INVALID](errors.md#settings_invalid)).`,
    `A startup probe may take \`failureThreshold\` × \`periodSeconds\` (two minutes by default); at first it is asked more often than
once a period. A gateway that says that it is starting is left alone beyond that. One that refuses the secret, or is the gateway of
another state directory, is reported and never restarted for it. A wedged one is restarted after at most
\`failureThreshold\` × \`periodSeconds\` + \`timeoutSeconds\` of its liveness probe, plus the time it is given to end.`,
    `JSON Schema: [instance-settings.schema.json](schemas/instance-settings.schema.json).`,
    '## The settings of the supervisor',
    `${plain(SupervisorSettings).description} What \`defaults\` may hold has the same keys as above.`,
    `JSON Schema: [supervisor-settings.schema.json](schemas/supervisor-settings.schema.json).`,
  );
}

function defaultAt(defaults, path) {
  const value = path.split('.').reduce((at, key) => at?.[key], defaults);
  return value === undefined || typeof value === 'object' ? '' : code(JSON.stringify(value));
}
