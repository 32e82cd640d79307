import type { HealthSummary } from '@polygate/protocol';
import { type GatewayState, healthSummary } from '../state.ts';
import type { Method } from './method.ts';

const asked = new WeakMap<GatewayState, HealthSummary>();

/** Who asks in the same millisecond is told the same, once made: this is what watchers ask, many of them and often. */
export const health: Method<'health'> = (_, state) => {
  const last = asked.get(state);
  if (last?.ts === state.options.clock.now()) return last;
  const summary = healthSummary(state);
  asked.set(state, summary);
  return summary;
};
