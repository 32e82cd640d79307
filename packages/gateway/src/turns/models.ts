import { pick, textAt } from '@polygate/core';
import type { GatewayOptions } from '../options.ts';
import { WireError } from '../wire-error.ts';
import { echo } from './echo.ts';
import type { Provider } from './provider.ts';

/** A model, and who has it. */
export interface ModelRef {
  provider: string;
  model: string;
}

/** Where a config names no model: everything can be tried without one. */
const ECHO: ModelRef = { provider: 'echo', model: 'echo' };

/**
 * The model that answers for an agent: the one that is asked for, the agent's own, that of all agents, else the echo.
 * @throws WireError INVALID_REQUEST for a name that is none
 */
export function modelFor(config: unknown, agentId: string, asked?: string): ModelRef {
  const list = pick(config, 'agents.list');
  const own = Array.isArray(list) ? list.find((agent) => textAt(agent, 'id') === agentId) : undefined;
  const name = asked ?? nameAt(own, 'model') ?? nameAt(config, 'agents.defaults.model') ?? nameAt(config, 'agent.model');
  if (name === undefined || name === ECHO.provider) return ECHO;
  const slash = name.indexOf('/');
  if (slash <= 0 || slash === name.length - 1)
    throw new WireError('INVALID_REQUEST', `model ${JSON.stringify(name.slice(0, 100))}: write it as provider/model`);
  return { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}

/** The provider of a model, with its key. @throws WireError UNAVAILABLE that says what the config or the secret file lacks */
export async function providerOf(config: unknown, { provider: id }: ModelRef, options: GatewayOptions): Promise<Provider> {
  if (id === ECHO.provider) return echo;
  const at = `models.providers.${id}`;
  const settings = pick(pick(config, 'models.providers'), id);
  if (settings === undefined) throw unfit(`there is no provider ${JSON.stringify(id.slice(0, 100))}: ${at} is not set`);
  const api = textAt(settings, 'api') ?? 'openai-completions';
  if (api !== 'openai-completions')
    throw unfit(`${at}.api is ${JSON.stringify(api)}: this gateway speaks openai-completions alone`);
  const baseUrl = textAt(settings, 'baseUrl');
  if (baseUrl === undefined || !/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl))
    throw unfit(`${at}.baseUrl is not an http:// or https:// address`);
  const key = await keyOf(pick(settings, 'apiKey'), id, options);
  const { openAiCompatible } = await import('./openai/provider.ts');
  return openAiCompatible({ id, baseUrl, key });
}

/** The key stands in the secret file alone: the config says under which name. A local model needs none. */
async function keyOf(said: unknown, id: string, { secretFile }: GatewayOptions): Promise<string | undefined> {
  const usual = `${id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_API_KEY`;
  const [, named] = typeof said === 'string' ? (/^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(said.trim()) ?? []) : [];
  if (said !== undefined && named === undefined)
    throw unfit(
      `models.providers.${id}.apiKey is not "\${NAME}": the key belongs into ${secretFile.path} (mode 0600) as ${usual}=…, and "\${${usual}}" here`,
    );
  const key = await secretFile.get(named ?? usual);
  if (key === undefined && named !== undefined)
    throw unfit(`models.providers.${id}.apiKey names ${named}, which is not in ${secretFile.path}`);
  return key;
}

/** A model is named by itself, or with others to fall back on. */
const nameAt = (value: unknown, path: string) => textAt(value, path) ?? textAt(value, `${path}.primary`);

const unfit = (message: string) => new WireError('UNAVAILABLE', message, { retryable: false });
