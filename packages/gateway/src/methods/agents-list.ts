import { agentsOf, MAIN_KEY, modelsOf } from '../agents.ts';
import type { Method } from './method.ts';

export const agentsList: Method<'agents.list'> = (_, { options }) => ({
  mainKey: MAIN_KEY,
  scope: 'per-sender',
  ...agentsOf(options.config?.()),
});

export const modelsList: Method<'models.list'> = (_, { options }) => ({ models: modelsOf(options.config?.()) });
