import type { Method } from './method.ts';

/** Notes wait for the agent's next turn; older ones give way. */
const MOST_QUEUED = 20;

export const systemEvent: Method<'system-event'> = (params, state, caller) => {
  const { deviceId, ...entry } = params;
  state.queuedEvents.push(params.text);
  state.queuedEvents.splice(0, state.queuedEvents.length - MOST_QUEUED);
  state.presence.put(entry.instanceId ?? deviceId ?? caller.connId, entry);
  state.presenceNews.changed();
  return { ok: true };
};
