import { baseIssue, type Issue, parseConfig, pick, portAt, resolveAccess } from '@polygate/core';
import type { ConfigReading, ConfigSettings, ConfigStore, GatewayAuth } from '@polygate/gateway';
import { type CheckedInstance, type ConfigText, checkConfigText, readConfigText } from '@polygate/host';
import { configHash, keepGoodConfig, readWentBack, type WentBackMark } from '@polygate/host/config-history';
import { watchFile } from '@polygate/host/watch-file';
import type { Context } from '../../context.ts';
import { replaceConfig } from '../config/replace.ts';
import type { RunOptions } from '../run-gateway.ts';
import { canvasOf } from './canvas.ts';

/** Limits on the wire that a config may change. */
const LIMITS = ['handshakeTimeoutMs', 'pingIntervalMs'] as const;

/** The config file of an instance, as its gateway needs it. `auth`: what it was started with. */
export async function configStore(
  { host, secrets, globals }: Context,
  { instance }: CheckedInstance,
  options: RunOptions,
  { auth, madeUp }: { auth: GatewayAuth; madeUp: boolean },
): Promise<ConfigStore> {
  const { files, clock } = host;
  const path = instance.configPath.value;
  const stateDir = instance.stateDir.value;
  let wentBack: WentBackMark | undefined = await readWentBack(host, stateDir);
  const accessOf = (config: unknown) => resolveAccess(instance.pack, instance.identity.env, options, config);
  const read = async (text: ConfigText): Promise<ConfigReading> => {
    const { exists, text: said, parsed, errors, includes } = await checkConfigText(text);
    const broken = [...errors, ...includes];
    const issues = exists && broken.length === 0 ? unfit(parsed) : broken;
    return { exists, hash: configHash(said ?? ''), text: said, parsed, errors: issues.map(onWire) };
  };

  return {
    path,
    read: async () => read(await readConfigText(files, path)),
    check: async (text) => read({ path, exists: true, text, ...(await parseConfig(text)) } as ConfigText),
    replace: (text, hash) => replaceConfig(host, path, text, hash),
    watch: (onChange) => watchFile(path, onChange),
    async keepGood(text) {
      await keepGoodConfig(host, stateDir, text, clock.now());
      wentBack = await readWentBack(host, stateDir);
    },
    get wentBack() {
      return wentBack && { at: wentBack.at, reason: wentBack.reason, rejected: wentBack.rejected, hash: wentBack.hash };
    },
    async settingsOf(config): Promise<ConfigSettings> {
      const { secret, authMode } = accessOf(config);
      if (secret) secrets.add(secret.value);
      const level =
        (pick(config, 'logging.level') as ConfigSettings['logLevel'] | undefined) ?? (globals.verbose ? 'debug' : 'info');
      const limits = LIMITS.flatMap((name) => {
        const value = pick(config, `gateway.${name}`);
        return typeof value === 'number' ? [[name, value]] : [];
      });
      return {
        auth: secret ? { mode: authMode, secret: secret.value } : auth,
        logLevel: level,
        limits: Object.fromEntries(limits),
        canvas: canvasOf(host, { instance, config, writesNothing: options.allowUnconfigured }),
      };
    },
  };

  /** Why this gateway could not run by a config that is well formed. */
  function unfit(config: unknown): Issue[] {
    const mode = pick(config, 'gateway.mode');
    const issues: Issue[] = [];
    if (mode !== 'local' && !options.allowUnconfigured)
      issues.push({
        path: 'gateway.mode',
        message: mode === undefined ? 'is not set' : `is ${JSON.stringify(mode)}, so no gateway runs here`,
      });
    if (!accessOf(config).secret && !madeUp) issues.push({ path: 'gateway.auth', message: 'has no token and no password' });
    const tooHigh = baseIssue(instance.pack, portAt(config, 'gateway.port') ?? instance.port.value);
    return tooHigh ? [...issues, tooHigh] : issues;
  }
}

const onWire = ({ path, message, line, column }: Issue) => ({
  path,
  message,
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
});
