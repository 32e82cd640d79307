import type { GatewayState } from './state.ts';

/** Notes wait for the agent's next turn; older ones give way. */
const MOST_QUEUED = 20;

/** Has the default agent hear of something with its next turn in its main conversation. */
export function queueEvent({ queuedEvents }: Pick<GatewayState, 'queuedEvents'>, text: string): void {
  queuedEvents.push(text);
  queuedEvents.splice(0, queuedEvents.length - MOST_QUEUED);
}
