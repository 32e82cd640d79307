import { startBeats } from './beats.ts';
import type { CanvasHost } from './canvas/host.ts';
import { CLOSE_RESTART, type Connection } from './connection.ts';
import { lookAtHealth } from './health.ts';
import { remember } from './remember.ts';
import { type GatewayState, newState, type Remembered } from './state.ts';
import { within } from './within.ts';

/** Time for clients to answer the close before they are cut off. */
const CLOSE_GRACE_MS = 500;
/** What clients are told of how long a restart in place takes; the family's figure. */
const RESTART_EXPECTED_MS = 1_500;

/** A gateway, whose state a restart in place makes anew while its socket stays. */
export interface House {
  state: GatewayState;
  remembered: Remembered;
  readonly connections: Set<Connection>;
  readonly canvas: CanvasHost;
  /** Goes on now. Never rejects. */
  restarting: Promise<void> | undefined;
  /** Who came while it goes on. */
  waiting: number;
  /** Ends what the present state does by the clock. */
  stopBeats(): void;
}

/** Restarts in place: who is connected is told and let go, and who comes meanwhile waits. Not while one goes on. */
export function restartInPlace(house: House, reason: string): Promise<void> {
  house.restarting ??= rebuild(house, reason).finally(() => {
    house.restarting = undefined;
  });
  return house.restarting;
}

/** Goes on at once, or after the restart in place that goes on now. False: too many wait for that already. */
export function whenRestarted(house: House, goOn: () => void): boolean {
  if (!house.restarting) {
    goOn();
    return true;
  }
  if (house.waiting >= house.state.limits.maxUnauthenticated) return false;
  house.waiting += 1;
  void house.restarting.then(() => {
    house.waiting -= 1;
    goOn();
  });
  return true;
}

async function rebuild(house: House, reason: string): Promise<void> {
  const { options, config } = house.state;
  const { log } = options;
  try {
    // First, as it may refuse: nobody is sent away for nothing.
    const { applied } = config;
    const { auth, logLevel, limits, canvas } = await config.store.settingsOf(applied.parsed);
    log.info(`restarting in place: ${reason}`);
    await sayGoodbye(house, { reason: 'gateway restarting', restartExpectedMs: RESTART_EXPECTED_MS });
    log.setLevel(logLevel);
    house.remembered = await remember(options).catch((error: Error) => {
      log.error(`what is on disk cannot be read, what is in memory counts: ${error.message}`);
      return house.remembered;
    });
    const changed = { ...options, auth, canvas, limits: { ...options.limits, ...limits } };
    const state = newState(changed, house.remembered, house.state);
    await lookAtHealth(state);
    house.state = state;
    await house.canvas.follow();
    house.stopBeats = startBeats(state);
    state.channels.start();
    config.restarted(applied);
    log.info('restarted in place');
  } catch (error) {
    log.error(`not restarted in place: ${(error as Error).message}`);
    config.failed((error as Error).message);
  }
}

/** Tells every client, lets requests under way end, closes. Nobody is connected when it resolves. */
export async function sayGoodbye(
  { state, connections, stopBeats }: House,
  said: { reason: string; restartExpectedMs?: number },
): Promise<void> {
  state.stopping = true;
  stopBeats();
  state.hub.broadcast('shutdown', said);
  state.invocations.stop();
  state.turns.stop();
  const quiet = state.channels.stop();
  await within(state.work.idle(), state.limits.drainMs);
  await within(Promise.all([state.turns.abortAll('gateway stopping'), state.work.idle(), quiet]), CLOSE_GRACE_MS);
  const leaving = [...connections];
  for (const connection of leaving) connection.close(CLOSE_RESTART, 'service restart');
  await within(Promise.all(leaving.map(({ closed }) => closed)), CLOSE_GRACE_MS);
  for (const connection of leaving) connection.terminate();
}
