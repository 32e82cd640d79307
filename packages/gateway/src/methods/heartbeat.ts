import { healthMayHaveChanged } from '../health.ts';
import type { Method } from './method.ts';

/** Heartbeats are turns of an agent: there was none as long as none can be run. */
export const lastHeartbeat: Method<'last-heartbeat'> = () => null;

export const setHeartbeats: Method<'set-heartbeats'> = ({ enabled }, state) => {
  state.heartbeatsEnabled = enabled;
  healthMayHaveChanged(state);
  return { ok: true, enabled };
};
