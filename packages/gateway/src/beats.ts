import { healthBeat } from './health.ts';
import type { GatewayOptions } from './options.ts';
import type { GatewayState } from './state.ts';

const SWEEP_MS = 10_000;
const HEALTH_MS = 60_000;
const NEW_DAY_MS = 60_000;

/** Starts what a gateway does by the clock. Gives what ends it. */
export function startBeats(state: GatewayState): () => void {
  const { options, limits } = state;
  const beats = [
    setInterval(() => state.hub.broadcast('tick', { ts: options.clock.now() }), limits.tickIntervalMs),
    setInterval(() => state.hub.pingAll(), limits.pingIntervalMs),
    setInterval(() => sweepPresence(state), SWEEP_MS),
    setInterval(() => void healthBeat(state), HEALTH_MS),
    setInterval(() => followDay(options), NEW_DAY_MS),
  ];
  return () => {
    for (const beat of beats) clearInterval(beat);
    state.presenceNews.stop();
  };
}

/** Who went silent is told as gone. */
export function sweepPresence({ presence, presenceNews }: GatewayState): void {
  if (presence.expire()) presenceNews.changed();
}

/** Log files are named by the UTC day. */
function followDay({ log, clock }: GatewayOptions): void {
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const next = log.file.replace(/\d{4}-\d{2}-\d{2}(?=\.log$)/, today);
  if (next !== log.file) log.moveTo(next);
}
