import { type Overridden, type PathsDocument, resolveAccess, SCHEMA_VERSION, type Sourced } from '@polygate/core';
import { ledgerPath } from '@polygate/host';
import type { Handler } from '../command.ts';
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
    product: product(instance.pack.id),
    profile: instance.profile,
    home: product(home),
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
    service: product(document.service.name),
    servicePath: product(document.service.path),
    logPath: derived(instance.stateDir, document.logPath),
    settingsFile: product(settingsFile),
    ledger: product(ledgerPath(context.host, folders)),
  };
  const { dropped } = instance.identity;
  const rows = Object.entries(values).map(([name, { value, origin, source, overridden = [] }]) => [
    name,
    String(value ?? '-'),
    origin,
    source + (overridden.length > 0 ? ` (over ${overridden.map(brief).join(', ')})` : ''),
  ]);
  const notes = dropped.map(({ variable, value, reason }) => `${style('yellow', 'ignored:')} ${variable}=${value}: ${reason}`);
  return {
    json: { ok: true, schemaVersion: SCHEMA_VERSION, instance: document, values, dropped } satisfies PathsDocument,
    text: [table(['NAME', 'VALUE', 'ORIGIN', 'SET BY'], rows), ...notes].join('\n'),
  };
};

const derived = <T extends string | number>({ origin, source }: Sourced<unknown>, value: T): Sourced<T> => ({
  value,
  origin,
  source,
});
const brief = ({ value, source }: Overridden<unknown>) => `${source}=${value}`;
