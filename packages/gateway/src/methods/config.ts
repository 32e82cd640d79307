import { redactConfig } from '@polygate/core/reload';
import { changeConfig, patchedText, rawText } from '../config/change.ts';
import type { ConfigReading } from '../config/store.ts';
import type { GatewayState } from '../state.ts';
import type { Method } from './method.ts';

export const configGet: Method<'config.get'> = async (_, { options: { configFile: store } }) => {
  const { exists, hash, parsed, errors } = await store.read();
  const config = parsed === undefined ? null : redactConfig(parsed);
  return { path: store.path, exists, hash, config, valid: errors.length === 0, issues: errors };
};

export const configSet: Method<'config.set'> = ({ raw, baseHash }, state) =>
  state.config.exclusively(async () => {
    const written = await changeConfig(state, baseHash, (current) => rawText(raw, secretsOf(current, state)));
    state.config.take(written);
    return answer(written, state);
  });

export const configPatch: Method<'config.patch'> = ({ patch, baseHash }, state) =>
  state.config.exclusively(async () => {
    const written = await changeConfig(state, baseHash, (current) => patchedText(patch, current));
    state.config.take(written);
    return answer(written, state);
  });

export const configApply: Method<'config.apply'> = ({ raw, baseHash, restartDelayMs = 0 }, state) =>
  state.config.exclusively(async () => {
    const written = await changeConfig(state, baseHash, (current) => rawText(raw, secretsOf(current, state)));
    const { restart, process } = state.config.take(written, 'hybrid', restartDelayMs);
    if (restart.length > 0) state.config.permitRestart(restartDelayMs);
    return {
      ...answer(written, state),
      restart: { scheduled: restart.length > 0, delayMs: restartDelayMs, reasons: restart },
      pending: process,
    };
  });

export const configSchema: Method<'config.schema'> = async (_, { options }) => {
  const { gatewayConfigSchema } = await import('@polygate/core/config-schema');
  return { schema: { ...gatewayConfigSchema }, version: options.version };
};

/** A file that is broken tells no secrets: what the gateway runs by does. */
const secretsOf = ({ parsed }: ConfigReading, { config }: GatewayState): unknown => parsed ?? config.running;

const answer = ({ hash, parsed }: ConfigReading, { config }: GatewayState) => ({
  ok: true as const,
  path: config.store.path,
  hash,
  config: redactConfig(parsed),
});
