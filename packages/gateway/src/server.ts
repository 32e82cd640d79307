import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
<<<<<<< HEAD
import { LiveConfig } from './config/live-config.ts';
import { followConfig } from './config/watch.ts';
=======
import { WebSocketServer } from 'ws';
import { startBeats } from './beats.ts';
import { CLOSE_RESTART, Connection } from './connection.ts';
import { lookAtHealth } from './health.ts';
>>>>>>> main
import { answerHttp } from './http/probes.ts';
import type { GatewayOptions } from './options.ts';
import { remember } from './remember.ts';
import { type House, restartInPlace, sayGoodbye } from './restart.ts';
import { newState } from './state.ts';
import { acceptSockets } from './upgrade.ts';

export interface RunningGateway {
  host: string;
  port: number;
  /** Says goodbye to every client, lets requests under way end, closes. Resolves when the port is free. */
  stop(reason: string): Promise<void>;
  /** Restarts in place, if the config allows that to a signal: it stays bound to its port, and nobody is refused meanwhile. */
  restartBySignal(signal: string): Promise<void>;
}

/** Starts a gateway: WebSocket and HTTP on one port. @throws the error of listen (EADDRINUSE, EADDRNOTAVAIL, EACCES). */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
<<<<<<< HEAD
  const { log, clock } = options;
  const config = await LiveConfig.open(options.config, log, () => clock.now());
  const remembered = await remember(options);
  const state = newState(options, remembered, config);
  const house: House = { state, remembered, connections: new Set(), restarting: undefined };
  const server = createServer((request, response) => answerHttp(house.state, request, response));
=======
  const state = newState(options, await remember(options));
  await lookAtHealth(state);
  const connections = new Set<Connection>();
  const server = createServer((request, response) => answerHttp(state, request, response));
>>>>>>> main
  // A peer that takes its time with the request has as long as one with its hello.
  server.headersTimeout = state.limits.handshakeTimeoutMs;
  server.requestTimeout = 2 * state.limits.handshakeTimeoutMs;
  // A peer that speaks no HTTP gets the answer of node's parser; that is not an event worth a crash.
  server.on('clientError', (_, socket) => socket.destroy());
  acceptSockets(server, house);
  const { address, port } = await listen(server, options);

<<<<<<< HEAD
  const tick = setInterval(() => house.state.hub.broadcast('tick', { ts: clock.now() }), state.limits.tickIntervalMs);
  const newDay = setInterval(() => followDay(options), 60_000);
  const unfollow = followConfig(config, log);
=======
  const stopBeats = startBeats(state);

>>>>>>> main
  let stopped: Promise<void> | undefined;
  let planned: NodeJS.Timeout | undefined;
  const restart = (reason: string): Promise<void> => {
    clearTimeout(planned);
    planned = undefined;
    if (stopped) return Promise.resolve();
    // The one that goes on may not be with the config that this one is for.
    return house.restarting ? house.restarting.then(() => restart(reason)) : restartInPlace(house, reason);
  };
  config.effects = {
    takeOver: (parsed) =>
      void config.store.settingsOf(parsed).then(
        ({ logLevel }) => log.setLevel(logLevel),
        () => undefined,
      ),
    restart: (reason, delayMs) => {
      clearTimeout(planned);
      planned = setTimeout(() => void restart(reason), delayMs);
    },
  };

  return {
    host: address,
    port,
    stop: (reason) => {
      stopped ??= stop(reason);
      return stopped;
    },
    async restartBySignal(signal) {
      if (!config.mayRestart) {
        log.warn(`${signal} ignored: restart in place is not allowed (commands.restart is not true in ${config.store.path})`);
        return;
      }
      // What stands in the file now is what a restart is for.
      await config.look('hybrid');
      if (!house.restarting) await restart(signal);
    },
  };

  async function stop(reason: string): Promise<void> {
<<<<<<< HEAD
    clearTimeout(planned);
    clearInterval(tick);
    clearInterval(newDay);
    unfollow();
    await house.restarting;
    log.info(`stopping: ${reason}`);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await sayGoodbye(house, { reason });
=======
    state.stopping = true;
    stopBeats();
    options.log.info(`stopping: ${reason}`);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    state.hub.broadcast('shutdown', { reason });
    state.invocations.stop();
    state.runs.stop();
    await within(state.work.idle(), state.limits.drainMs);
    for (const connection of connections) connection.close(CLOSE_RESTART, 'service restart');
    await within(emptied(connections), CLOSE_GRACE_MS);
    for (const connection of connections) connection.terminate();
>>>>>>> main
    server.closeAllConnections();
    await closed;
    log.info('stopped');
    log.flush();
  }
}

function listen(server: Server, { host, port }: GatewayOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

<<<<<<< HEAD
/** Log files are named by the UTC day. */
function followDay({ log, clock }: GatewayOptions): void {
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const next = log.file.replace(/\d{4}-\d{2}-\d{2}(?=\.log$)/, today);
  if (next !== log.file) log.moveTo(next);
=======
async function emptied(connections: ReadonlySet<Connection>): Promise<void> {
  await Promise.all([...connections].map((connection) => connection.closed));
>>>>>>> main
}
