import { agentsOf, MAIN_KEY, modelsOf } from '../agents.ts';
import type { Method } from './method.ts';

export const agentsList: Method<'agents.list'> = (_, { config }) => ({
  mainKey: MAIN_KEY,
  scope: 'per-sender',
  ...agentsOf(config.running),
});

export const modelsList: Method<'models.list'> = (_, { config }) => ({ models: modelsOf(config.running) });
