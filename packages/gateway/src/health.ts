import { type GatewayState, healthSummary, stateVersion } from './state.ts';

/** Tells every client how the gateway is. */
export function announceHealth(state: GatewayState): void {
  state.hub.broadcast('health', healthSummary(state), stateVersion(state));
}

/** Tells it where it is not what was told last. */
export function healthMayHaveChanged(state: GatewayState): void {
  if (noteHealth(state)) announceHealth(state);
}

/** The first look, before there is a client to tell of it; from then on a change is one. */
export async function lookAtHealth(state: GatewayState): Promise<void> {
  await lookAtSessions(state);
  state.healthPrint = fingerprint(state);
}

/** Every minute: the files are looked at anew, and how the gateway is is told whether or not it changed. */
export async function healthBeat(state: GatewayState): Promise<void> {
  await lookAtSessions(state);
  noteHealth(state);
  announceHealth(state);
}

/** What cannot be read is said, and seen as it was before. */
async function lookAtSessions({ sessions, options }: GatewayState): Promise<void> {
  await sessions.refresh().catch((error: Error) => options.log.warn(error.message));
}

/** True when it changed: that is another version of it. */
function noteHealth(state: GatewayState): boolean {
  const print = fingerprint(state);
  if (state.healthPrint === print) return false;
  state.healthVersion += 1;
  state.healthPrint = print;
  return true;
}

/** All of it but what the clock changes. */
function fingerprint(state: GatewayState): string {
  return JSON.stringify({ ...healthSummary(state), ts: 0, durationMs: 0 }, (key, value: unknown) =>
    key === 'age' || key === 'authAgeMs' ? 0 : value,
  );
}
