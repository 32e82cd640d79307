import type { GatewayConfigState, GoodConfigRow, WentBackRow } from '@polygate/core';
import type { OpenInstance } from '@polygate/host';
import { goodConfigs, readWentBack } from '@polygate/host/config-history';
import type { Context } from '../../context.ts';

/** What is known of a config beyond its file: from the running gateway, and from what its last runs left. */
export interface ConfigTold {
  gateway: GatewayConfigState | undefined;
  lastGood: GoodConfigRow | undefined;
  wentBack: WentBackRow | undefined;
}

export async function configTold({ host }: Context, { instance }: OpenInstance, said: unknown): Promise<ConfigTold> {
  const stateDir = instance.stateDir.value;
  const [[last], mark] = await Promise.all([goodConfigs(host, stateDir), readWentBack(host, stateDir)]);
  return {
    gateway: configStateIn(said),
    lastGood: last && { ...last, at: iso(last.at) },
    wentBack: mark && { at: iso(mark.at), reason: mark.reason, rejected: mark.rejected, hash: mark.hash },
  };
}

/** `config` in a health summary, where the gateway tells of it as ours does. */
function configStateIn(health: unknown): GatewayConfigState | undefined {
  const { config } = (health ?? {}) as { config?: Partial<GatewayConfigState> };
  if (typeof config?.valid !== 'boolean' || typeof config.hash !== 'string' || typeof config.path !== 'string') return undefined;
  const { path, hash, valid, issues, pending } = config;
  return { path, hash, valid, issues: Array.isArray(issues) ? issues : [], pending: Array.isArray(pending) ? pending : [] };
}

/** The same for people, a line each; nothing when all is as it should be. */
export function configLines({ gateway, wentBack }: ConfigTold): string[] {
  const lines: string[] = [];
  if (gateway && !gateway.valid) {
    const issues = gateway.issues.map(({ path, message }) => `${path ? `${path} ` : ''}${message}`);
    lines.push(`The gateway refuses the config (${issues.join('; ')}) and goes on with its last good one.`);
  }
  if (gateway && gateway.pending.length > 0)
    lines.push(`Changed in the config, and waits for a restart: ${gateway.pending.join(', ')}`);
  if (wentBack)
    lines.push(
      `Went back to an earlier config by itself at ${wentBack.at}: ${wentBack.reason}. The changed one: ${wentBack.rejected}`,
    );
  return lines;
}

const iso = (ms: number): string => new Date(ms).toISOString();
