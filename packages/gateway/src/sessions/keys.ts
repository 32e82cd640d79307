import { type Agents, MAIN_KEY } from '../agents.ts';

/** A conversation: the agent whose it is, and its key in the index. */
export interface SessionName {
  agentId: string;
  key: string;
}

export const mainKeyOf = (agentId: string): string => `agent:${agentId}:${MAIN_KEY}`;

/** Reads a key as clients write it: `agent:<agent>:<name>`, `main`, or one of the default agent's. undefined: of no agent that is here. */
export function readKey(given: string, { defaultId, agents }: Agents): SessionName | undefined {
  if (given === MAIN_KEY) return { agentId: defaultId, key: mainKeyOf(defaultId) };
  const [, agentId] = /^agent:([^:]+):./.exec(given) ?? [];
  if (agentId === undefined) return { agentId: defaultId, key: given };
  return agents.some(({ id }) => id === agentId) ? { agentId, key: given } : undefined;
}

/** What sort of conversation a key names, in the family's words. */
export function kindOf(key: string): 'direct' | 'group' | 'global' | 'unknown' {
  if (key === 'global' || key === 'unknown') return key;
  return /:(group|channel):/.test(key) ? 'group' : 'direct';
}
