import {
  type Overridden,
  type PathsDocument,
  productOfCommand,
  resolveAccess,
  SCHEMA_VERSION,
  type Sourced,
} from '@polygate/core';
import { type ConfigText, ledgerPath } from '@polygate/host';
import type { Handler } from '../command.ts';
import type { Context } from '../context.ts';
import { describeInstance } from '../jobs/describe.ts';
import { style } from '../output/style.ts';
import { table } from '../output/table.ts';

type Shown = Sourced<string | number | null>;

export const run: Handler = async (context, { port }) => {
  const opened = await context.open({ live: false, port: port as string | undefined });
  const { instance, config, settingsFile } = opened;
  const { folders, home } = await context.world();
  const document = await describeInstance(context, instance);
  const { bind, secret, authMode } = resolveAccess(instance.pack, instance.identity.env, {}, config.parsed);
  const product = (value: string | null): Shown => ({ value, origin: 'product', source: instance.pack.id });
  const values: Record<string, Shown> = {
    product: { value: instance.pack.id, ...productOrigin(context) },
    profile: instance.profile,
    home: { value: home, origin: 'env', source: homeVariable(context) },
    stateDir: instance.stateDir,
    configPath: instance.configPath,
    workspace: instance.workspace,
    'ports.gateway': instance.port,
    'ports.browserControl': instance.browserControlPort,
    'ports.canvas': instance.canvasPort,
    'ports.cdp.first': derived(instance.port, document.ports.cdp.first),
    'ports.cdp.last': derived(instance.port, document.ports.cdp.last),
    bind,
    auth: secret ? { value: authMode, origin: secret.origin, source: secret.source } : product('none'),
    service: derived(instance.profile, document.service.name),
    servicePath: derived(instance.profile, document.service.path),
    logPath: derived(instance.stateDir, document.logPath),
    settingsFile: derived(instance.profile, settingsFile),
    ledger: product(ledgerPath(context.host, folders)),
  };
  const { dropped } = instance.identity;
  const rows = Object.entries(values).map(([name, { value, origin, source, overridden = [] }]) => [
    name,
    String(value ?? '-'),
    origin,
    source + (overridden.length > 0 ? ` (over ${overridden.map(brief).join(', ')})` : ''),
  ]);
  const notes = [
    ...dropped.map(({ variable, value, reason }) => `${style('yellow', 'ignored:')} ${variable}=${value}: ${reason}`),
    ...unread(config).map((reason) => `${style('yellow', 'ignored:')} ${config.path}: ${reason}`),
  ];
  return {
    json: {
      ...{ ok: true as const, schemaVersion: SCHEMA_VERSION, instance: document, values, dropped },
      ignoredConfig: unread(config),
    } satisfies PathsDocument,
    text: [table(['NAME', 'VALUE', 'ORIGIN', 'SET BY'], rows), ...notes].join('\n'),
  };
};

/** What named the product: the same order as in main.ts. */
function productOrigin({ globals, program, host }: Context): Pick<Shown, 'origin' | 'source'> {
  if (globals.product !== undefined) return { origin: 'flag', source: '--product' };
  if (productOfCommand(program) !== undefined) return { origin: 'product', source: `the command ${program}` };
  return host.env.POLYGATE_PRODUCT?.trim()
    ? { origin: 'env', source: 'POLYGATE_PRODUCT' }
    : { origin: 'product', source: 'default' };
}

function homeVariable({ host: { env, platform } }: Context): string {
  if (env.POLYGATE_HOME?.trim()) return 'POLYGATE_HOME';
  return platform === 'win32' && env.USERPROFILE !== undefined ? 'USERPROFILE' : 'HOME';
}

/** Why nothing of the config counts, where one exists. Values would otherwise look as if it said nothing. */
function unread({ syntax, unreadable }: ConfigText): string[] {
  return [syntax?.message, unreadable?.message].filter((reason) => reason !== undefined);
}

const derived = <T extends string | number | null>({ origin, source }: Sourced<unknown>, value: T): Sourced<T> => ({
  value,
  origin,
  source,
});
const brief = ({ value, source }: Overridden<unknown>) => `${source}=${value}`;
