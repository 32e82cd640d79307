import type { HealthSummary, StateVersion } from '@polygate/protocol';
import type { LiveConfig } from './config/live-config.ts';
import { type DeviceBook, Devices } from './devices/devices.ts';
import { Doorway } from './doorway.ts';
import { Hub } from './hub.ts';
import type { Kept } from './kept.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import type { GatewayOptions } from './options.ts';
import { Presence } from './presence.ts';
import { Throttle } from './throttle.ts';
import { Work } from './work.ts';

/** What the parts of one gateway share. */
export interface GatewayState {
  readonly options: GatewayOptions;
  readonly limits: Limits;
  readonly hub: Hub;
  readonly presence: Presence;
  readonly startedAt: number;
  readonly queuedEvents: string[];
  healthVersion: number;
  /** No new work is taken. */
  stopping: boolean;
  readonly work: Work;
  readonly devices: Devices;
  readonly throttle: Throttle;
  readonly doorway: Doorway;
  /** Outlives a restart in place, unlike everything else here. */
  readonly config: LiveConfig;
}

/** What it knew before it was started. */
export interface Remembered {
  devices: Kept<DeviceBook>;
}

export function newState(options: GatewayOptions, remembered: Remembered, config: LiveConfig): GatewayState {
  const now = () => options.clock.now();
  const presence = new Presence(now, {
    host: options.hostname,
    version: options.version,
    platform: process.platform,
    mode: 'gateway',
    reason: 'self',
    text: `Gateway: ${options.hostname} · app ${options.version} · mode gateway`,
  });
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  return {
    options,
    limits,
    hub: new Hub(),
    presence,
    startedAt: now(),
    queuedEvents: [],
    healthVersion: 1,
    stopping: false,
    work: new Work(),
    devices: new Devices(remembered.devices, now),
    throttle: new Throttle(now),
    doorway: new Doorway(limits.maxUnauthenticated, now),
    config,
  };
}

export const stateVersion = (state: GatewayState): StateVersion => ({
  presence: state.presence.version,
  health: state.healthVersion,
});

/** Tells every client who is here now. */
export function announcePresence(state: GatewayState): void {
  state.hub.broadcast('presence', { presence: state.presence.list() }, stateVersion(state));
}

const AGENT = 'main';

/** The session store of the default agent, as the family lays it out. */
export function sessionStore({ options }: GatewayState): { path: string; count: number; recent: unknown[] } {
  return { path: `${options.stateDir}/agents/${AGENT}/sessions/sessions.json`, count: 0, recent: [] };
}

/** The payload of `health`: the same in the snapshot, the method and the event. */
export function healthSummary(state: GatewayState): HealthSummary {
  const began = state.options.clock.now();
  const sessions = sessionStore(state);
  return {
    ok: true,
    ts: began,
    durationMs: 0,
    channels: {},
    channelOrder: [],
    channelLabels: {},
    heartbeatSeconds: 0,
    defaultAgentId: AGENT,
    agents: [{ agentId: AGENT, isDefault: true, heartbeat: { enabled: false }, sessions }],
    sessions,
    config: state.config.state,
  };
}

export { AGENT as defaultAgentId };
