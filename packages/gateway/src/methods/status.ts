import { defaultAgentId, sessionStore } from '../state.ts';
import type { Method } from './method.ts';

export const status: Method<'status'> = (_, state) => {
  const { path, count, recent } = sessionStore(state);
  return {
    config: state.config.state,
    linkChannel: null,
    heartbeat: { defaultAgentId, agents: [{ agentId: defaultAgentId, enabled: false }] },
    channelSummary: [],
    queuedSystemEvents: [...state.queuedEvents],
    sessions: { paths: [path], count, defaults: {}, recent, byAgent: [{ agentId: defaultAgentId, path, count, recent }] },
  };
};
