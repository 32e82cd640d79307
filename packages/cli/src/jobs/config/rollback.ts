import { type ConfigChangeDocument, type ConfigHistoryDocument, Problem, parseConfig, SCHEMA_VERSION } from '@polygate/core';
import { type ConfigText, checkConfigText, type OpenInstance } from '@polygate/host';
import { configHash, type GoodConfig, goodConfigs, readWentBack, textOfGood } from '@polygate/host/config-history';
import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { table } from '../../output/table.ts';
import { followed } from './followed.ts';
import { replaceConfig } from './replace.ts';

/** Shows the configs that the gateway was well with. */
export async function listGood(context: Context): Promise<Outcome> {
  const { host } = context;
  const { instance, config } = await context.open({ live: true });
  const stateDir = instance.stateDir.value;
  const hash = configHash(config.text ?? '');
  const [all, mark] = await Promise.all([goodConfigs(host, stateDir), readWentBack(host, stateDir)]);
  const good = all.map(({ file, hash: own, at }, i) => ({
    ...{ number: i + 1, hash: own, at: new Date(at).toISOString(), file, present: own === hash },
  }));
  const wentBack = mark && { at: new Date(mark.at).toISOString(), reason: mark.reason, rejected: mark.rejected, hash: mark.hash };
  const json: ConfigHistoryDocument = { ok: true, schemaVersion: SCHEMA_VERSION, path: config.path, hash, good, wentBack };
  const rows = good.map((each) => [
    String(each.number),
    each.at,
    each.hash.slice(0, 12),
    each.present ? 'as now' : '',
    each.file,
  ]);
  const text =
    good.length === 0
      ? `No good config of ${config.path} is kept: a gateway takes note of it when it is well with it.`
      : table(['NUMBER', 'SINCE', 'HASH', '', 'COPY'], rows);
  return { json, text };
}

/** Goes back to a good config: the one of this number, or the newest that differs from the present one. */
export async function rollBack(context: Context, given: string | undefined): Promise<Outcome> {
  const opened = await context.open({ live: true });
  const { good, hash, backup } = await putBack(context, opened, given);
  const { path } = opened.config;
  const message = `${path} is again as it was known to be good at ${new Date(good.at).toISOString()} (${good.hash.slice(0, 12)})${followed(opened)}`;
  const json: ConfigChangeDocument = {
    ok: true,
    schemaVersion: SCHEMA_VERSION,
    path,
    hash,
    action: 'rolled-back',
    backup,
    message,
  };
  return { json, text: `${message}.\nThe former one: ${backup}` };
}

/** Writes a good config in the place of the present one, which becomes the newest backup. @throws Problem NO_GOOD_CONFIG */
export async function putBack(
  { host }: Context,
  { instance, config }: OpenInstance,
  given?: string,
): Promise<{ good: GoodConfig; hash: string; backup: string }> {
  const { path } = config;
  const present = configHash(config.text ?? '');
  const all = await goodConfigs(host, instance.stateDir.value);
  const good = given === undefined ? all.find(({ hash }) => hash !== present) : all[numberOf(given) - 1];
  const text = good && (await textOfGood(host, good));
  if (!good || text === undefined) throw new Problem('NO_GOOD_CONFIG', { file: path, given, known: all.length });
  const { errors } = await checkConfigText({ path: good.file, exists: true, text, ...(await parseConfig(text)) } as ConfigText);
  if (errors.length > 0) throw new Problem('CONFIG_INVALID', { file: good.file, issues: errors });
  if (!(await replaceConfig(host, path, text, present))) throw new Problem('CONFIG_CHANGED_MEANWHILE', { file: path });
  return { good, hash: good.hash, backup: `${path}.bak` };
}

function numberOf(given: string): number {
  if (/^[1-9]\d{0,3}$/.test(given)) return Number(given);
  throw new Problem('OPTION_INVALID', { option: '<number>', value: given, expected: 'a number of config rollback --list' });
}
