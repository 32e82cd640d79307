import { queueEvent } from '../queued-events.ts';
import type { Method } from './method.ts';

export const systemEvent: Method<'system-event'> = (params, state, caller) => {
  const { deviceId, ...entry } = params;
  queueEvent(state, params.text);
  state.presence.put(entry.instanceId ?? deviceId ?? caller.connId, entry);
  state.presenceNews.changed();
  return { ok: true };
};
