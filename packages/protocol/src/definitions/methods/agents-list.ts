import { exactly, list, type MethodDefinition, ref, shape, text } from '../shape.ts';

export const agentsList: MethodDefinition = {
  name: 'agents.list',
  summary: 'The agents that the config names.',
  scope: 'operator.read',
  params: shape({}),
  result: shape({
    defaultId: text(),
    mainKey: text('Name of the main conversation of each'),
    scope: exactly('per-sender'),
    agents: list(ref('AgentEntry')),
  }),
};

export const modelsList: MethodDefinition = {
  name: 'models.list',
  summary: 'The models that the config names, and the echo that needs none.',
  scope: 'operator.read',
  params: shape({}),
  result: shape({ models: list(ref('ModelEntry')) }),
};
