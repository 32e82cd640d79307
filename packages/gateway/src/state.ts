import type { HealthSummary, StateVersion } from '@polygate/protocol';
import { agentsOf } from './agents.ts';
import type { BrowserService } from './browser/service.ts';
import type { CanvasPlace } from './canvas/place.ts';
import { Channels } from './channels/channels.ts';
import type { LiveConfig } from './config/live-config.ts';
import { type DeviceBook, Devices } from './devices/devices.ts';
import { Doorway } from './doorway.ts';
import { Hub } from './hub.ts';
import type { Kept } from './kept.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { ConnectedNodes } from './nodes/connected.ts';
import { Invocations } from './nodes/invocations.ts';
import { type NodeBook, Nodes } from './nodes/nodes.ts';
import { Once } from './once.ts';
import type { GatewayOptions } from './options.ts';
import { Presence } from './presence.ts';
import { PresenceNews } from './presence-news.ts';
import { Conversations } from './sessions/conversations.ts';
import { Sessions } from './sessions/sessions.ts';
import { Throttle } from './throttle.ts';
import { Turns } from './turns/turns.ts';
import { Work } from './work.ts';

/** What the parts of one gateway share. */
export interface GatewayState {
  readonly options: GatewayOptions;
  readonly limits: Limits;
  readonly hub: Hub;
  readonly presence: Presence;
  readonly presenceNews: PresenceNews;
  readonly startedAt: number;
  readonly queuedEvents: string[];
  /** HTTP requests that were answered, by `<path of the route> <status>`. */
  readonly answered: Map<string, number>;
  healthVersion: number;
  /** What clients were told last, without what the clock changes. */
  healthPrint: string;
  /** Somebody lets agents have heartbeats. */
  heartbeatsEnabled: boolean;
  readonly sessions: Sessions;
  readonly conversations: Conversations;
  readonly turns: Turns;
  readonly channels: Channels;
  /** No new work is taken. */
  stopping: boolean;
  readonly work: Work;
  readonly devices: Devices;
  readonly nodes: Nodes;
  readonly connectedNodes: ConnectedNodes;
  readonly invocations: Invocations;
  readonly once: Once;
  readonly throttle: Throttle;
  readonly doorway: Doorway;
  /** Outlives a restart in place, unlike what stands above. */
  readonly config: LiveConfig;
  /** Outlives it too. */
  readonly canvas: CanvasPlace;
  /** Outlives it too: browsers go on. */
  readonly browser: BrowserService;
}

/** What it knew before it was started. */
export interface Remembered {
  devices: Kept<DeviceBook>;
  nodes: Kept<NodeBook>;
}

/** What outlives a restart in place. */
export type Lasting = Pick<GatewayState, 'config' | 'canvas' | 'browser'>;

export function newState(options: GatewayOptions, remembered: Remembered, { config, canvas, browser }: Lasting): GatewayState {
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
  const hub = new Hub();
  const sessions = new Sessions({
    keep: options.keep,
    tailLog: options.tailLog,
    stateDir: options.stateDir,
    agents: () => agentsOf(config.running),
    now,
  });
  const state: GatewayState = {
    options,
    limits,
    hub,
    presence,
    presenceNews: new PresenceNews({
      hub,
      presence,
      stateVersion: () => stateVersion(state),
      monotonic: () => options.clock.monotonic(),
    }),
    startedAt: now(),
    queuedEvents: [],
    answered: new Map(),
    healthVersion: 1,
    healthPrint: '',
    heartbeatsEnabled: false,
    sessions,
    conversations: new Conversations({ keep: options.keep, tailLog: options.tailLog, sessions, now }),
    turns: new Turns(now),
    channels: new Channels(() => state),
    stopping: false,
    work: new Work(),
    devices: new Devices(remembered.devices, now),
    nodes: new Nodes(remembered.nodes, now),
    connectedNodes: new ConnectedNodes(),
    invocations: new Invocations(),
    once: new Once(now),
    throttle: new Throttle(now),
    doorway: new Doorway(limits.maxUnauthenticated, now),
    config,
    canvas,
    browser,
  };
  return state;
}

export const stateVersion = (state: GatewayState): StateVersion => ({
  presence: state.presence.version,
  health: state.healthVersion,
});

/** The payload of `health`: the same in the snapshot, the method and the event. */
export function healthSummary(state: GatewayState): HealthSummary {
  const { options, sessions, heartbeatsEnabled } = state;
  const { defaultId, agents } = agentsOf(state.config.running);
  return {
    ok: true,
    ts: options.clock.now(),
    durationMs: 0,
    ...state.channels.summary(),
    linkChannel: state.channels.linkChannel(),
    heartbeatSeconds: 0,
    defaultAgentId: defaultId,
    agents: agents.map(({ id, name }) => ({
      agentId: id,
      ...(name ? { name } : {}),
      isDefault: id === defaultId,
      heartbeat: { enabled: heartbeatsEnabled },
      sessions: sessions.summaryOf(id),
    })),
    sessions: sessions.summaryOf(defaultId),
    config: state.config.state,
  };
}
