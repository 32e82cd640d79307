import { isProblem, parseConfig } from '@polygate/core';
import { changedPaths } from '@polygate/core/reload';
import { type ConfigText, checkConfigText, readConfigText, readLiveLock } from '@polygate/host';
import { configHash, goodConfigs, putGoodBack, readWentBack, textOfGood, type WentBackMark } from '@polygate/host/config-history';
import type { Context } from '../../context.ts';
import type { RunOptions } from '../run-gateway.ts';

/** What a config can be the cause of, with the keys that have to differ from the good one for that. */
const CAUSES: Readonly<Record<string, readonly string[] | undefined>> = {
  CONFIG_INVALID: [],
  GATEWAY_MODE_UNSET: [],
  AUTH_MISSING: [],
  BIND_WITHOUT_SECRET: ['gateway.bind', 'gateway.customBindHost', 'gateway.auth'],
  BIND_INVALID: ['gateway.bind', 'gateway.customBindHost', 'gateway.port'],
  PORT_TAKEN: ['gateway.port'],
};

/**
 * A start failed, and the config was changed since the gateway was last well: puts the last good one back, once. The one that
 * failed is kept beside it. undefined: the config is not the cause, or there is none to go back to.
 */
export async function goBack(context: Context, options: RunOptions, error: unknown): Promise<WentBackMark | undefined> {
  if (!isProblem(error) || !Object.hasOwn(CAUSES, error.code)) return undefined;
  const { host } = context;
  const { instance } = await context.open({ live: false, port: options.port });
  const stateDir = instance.stateDir.value;
  const configPath = instance.configPath.value;
  // A gateway that runs has its own last good config, and decides for itself.
  if (await readLiveLock(host, stateDir)) return undefined;
  const bad = await readConfigText(host.files, configPath);
  if (bad.text === undefined) return undefined;
  const hash = configHash(bad.text);
  const mark = await readWentBack(host, stateDir);
  if (mark && (mark.rejectedHash === hash || mark.hash === hash)) return undefined;
  const [good] = await goodConfigs(host, stateDir);
  const text = good && (await textOfGood(host, good));
  if (!good || text === undefined || good.hash === hash) return undefined;
  const { errors, parsed } = await checkConfigText({
    path: configPath,
    exists: true,
    text,
    ...(await parseConfig(text)),
  } as ConfigText);
  const causes = CAUSES[error.code] ?? [];
  const differs = changedPaths(bad.parsed, parsed).some((path) =>
    causes.some((cause) => path === cause || path.startsWith(`${cause}.`)),
  );
  if (errors.length > 0 || (causes.length > 0 && !differs)) return undefined;
  return putGoodBack(host, { stateDir, configPath, good, text, reason: error.message, now: host.clock.now() });
}

/** In one line, for the terminal and the log. */
export const wentBackText = ({ reason, rejected, hash }: WentBackMark): string =>
  `the gateway did not come up with its changed config (${reason}): it went back to the last good one (${hash.slice(0, 12)}). The changed one is kept at ${rejected}`;
