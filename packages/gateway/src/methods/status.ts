import { agentsOf } from '../agents.ts';
import type { Method } from './method.ts';

export const status: Method<'status'> = (_, { config, sessions, channels, queuedEvents, heartbeatsEnabled }) => {
  const { defaultId, agents } = agentsOf(config.running);
  const byAgent = agents.map(({ id }) => ({ agentId: id, ...sessions.summaryOf(id) }));
  const { recent } = sessions.summaryOf(defaultId);
  return {
    config: config.state,
    linkChannel: channels.linkChannel(),
    heartbeat: {
      defaultAgentId: defaultId,
      agents: agents.map(({ id }) => ({ agentId: id, enabled: heartbeatsEnabled })),
    },
    channelSummary: channels.lines(),
    queuedSystemEvents: [...queuedEvents],
    sessions: {
      paths: byAgent.map(({ path }) => path),
      count: byAgent.reduce((sum, { count }) => sum + count, 0),
      defaults: {},
      recent,
      byAgent,
    },
  };
};
