import { pick } from '@polygate/core';
import { type Agents, agentsOf, modelsOf } from '../../agents.ts';
import type { GatewayState } from '../../state.ts';
import type { Exchange } from '../exchange.ts';
import { HttpError } from '../http-error.ts';

/** Who is to answer. */
export interface Target {
  agentId: string;
  /** `provider/model`; undefined: that of the agent. */
  model: string | undefined;
  /** As the client named it. */
  name: string;
}

/** Names that can be asked for: the product's for its default agent, `<product>/<agent>`, and the models as `provider/model`. */
export function modelNames({ options, config }: Pick<GatewayState, 'options' | 'config'>): { id: string; owner: string }[] {
  const { id: product } = options.pack;
  const agents = agentsOf(config.running).agents.map(({ id }) => `${product}/${id}`);
  const models = modelsOf(config.running).map(({ provider, id }) => ({ id: `${provider}/${id}`, owner: provider }));
  return [...[product, `${product}/default`, ...agents].map((id) => ({ id, owner: product })), ...models];
}

/** What the request names: an agent in one of the family's ways, else a model. @throws HttpError NOT_FOUND for what is neither */
export function targetOf({ state, request }: Pick<Exchange, 'state' | 'request'>, asked: unknown): Target {
  const { config, options } = state;
  const { id: product } = options.pack;
  const agents = agentsOf(config.running);
  if (asked !== undefined && (typeof asked !== 'string' || asked === ''))
    throw new HttpError('INVALID_REQUEST', 'model is to be a text', { param: 'model' });
  const name = asked ?? product;
  const byHeader = request.headers[`x-${product}-agent-id`];
  const headerAgent = typeof byHeader === 'string' ? known(agents, byHeader, `agent ${byHeader}`) : undefined;
  const [, agent] = new RegExp(`^(?:${product}[/:]|agent:)(.+)$`).exec(name) ?? [];
  if (name === product || agent === 'default') return { agentId: headerAgent ?? agents.defaultId, model: undefined, name };
  if (agent !== undefined) return { agentId: headerAgent ?? known(agents, agent, name), model: undefined, name };
  const [provider = '', ...model] = name.split('/');
  const providers = Object.keys(Object(pick(config.running, 'models.providers')));
  const isModel = name === 'echo' || (model.join('/') !== '' && [...providers, 'echo'].includes(provider));
  if (!isModel) throw notThere(name);
  return { agentId: headerAgent ?? agents.defaultId, model: name, name };
}

function known({ agents }: Agents, agentId: string, name: string): string {
  if (agents.some(({ id }) => id === agentId)) return agentId;
  throw notThere(name);
}

export const notThere = (name: string): HttpError =>
  new HttpError(
    'NOT_FOUND',
    `there is no model ${JSON.stringify(name.slice(0, 100))}: GET /v1/models lists those that there are`,
    {
      param: 'model',
      knownAs: 'model_not_found',
    },
  );
