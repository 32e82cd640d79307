import type { AgentEntry, ModelEntry } from '@polygate/protocol';

export const MAIN_AGENT = 'main';
/** Name of the main conversation of every agent. */
export const MAIN_KEY = 'main';

export interface Agents {
  defaultId: string;
  agents: AgentEntry[];
}

/** An id becomes the name of a directory. */
const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/i;

/** The agents that a config names (`agents.list`); without any, the one that every gateway has. */
export function agentsOf(config: unknown): Agents {
  const named = recordsIn(at(config, 'agents', 'list')).filter(({ id }) => typeof id === 'string' && ID.test(id));
  const agents = named.map(({ id, name }) => ({ id: String(id), ...(isText(name) ? { name } : {}) }));
  if (agents.length === 0) return { defaultId: MAIN_AGENT, agents: [{ id: MAIN_AGENT }] };
  const chosen = named.find((agent) => agent.default === true) ?? named[0];
  return { defaultId: String(chosen?.id), agents };
}

/** What answers where there is no model: it says again what was said. */
const ECHO: ModelEntry = { id: 'echo', name: 'Echo', provider: 'echo' };

/** The models that a config names (`models.providers.<provider>.models`), and the echo that every gateway has. */
export function modelsOf(config: unknown): ModelEntry[] {
  const providers = Object.entries((at(config, 'models', 'providers') ?? {}) as Record<string, unknown>);
  const named = providers.flatMap(([provider, value]) =>
    recordsIn(at(value, 'models')).flatMap(({ id, name, contextWindow, reasoning, input }) => {
      if (!isText(id)) return [];
      return [
        {
          id,
          name: isText(name) ? name : id,
          provider,
          ...(Number.isInteger(contextWindow) && Number(contextWindow) >= 0 ? { contextWindow: Number(contextWindow) } : {}),
          ...(typeof reasoning === 'boolean' ? { reasoning } : {}),
          ...(Array.isArray(input) ? { input: input.filter(isText) } : {}),
        },
      ];
    }),
  );
  return [...named, ECHO];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function at(value: unknown, ...keys: string[]): unknown {
  let found: unknown = value;
  for (const key of keys) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

const recordsIn = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
