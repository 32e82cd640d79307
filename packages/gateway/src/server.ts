import { startBeats } from './beats.ts';
import { BrowserService } from './browser/service.ts';
import { CanvasHost } from './canvas/host.ts';
import { CanvasPlace } from './canvas/place.ts';
import { LiveConfig } from './config/live-config.ts';
import { followConfig } from './config/watch.ts';
import { healthMayHaveChanged, lookAtHealth } from './health.ts';
import { boundRequests, httpServer } from './http/http-server.ts';
import { listen } from './listen.ts';
import type { GatewayOptions } from './options.ts';
import { remember } from './remember.ts';
import { type House, restartInPlace, sayGoodbye } from './restart.ts';
import { newState } from './state.ts';
import { acceptSockets } from './upgrade.ts';

export interface RunningGateway {
  host: string;
  port: number;
  /** Connects the channels of its config: when it is known to be there, as they take what comes from then on. */
  connectChannels(): void;
  /** Lets browsers be controlled, likewise. */
  controlBrowsers(): void;
  /** Says goodbye to every client, lets requests under way end, closes. Resolves when the port is free. */
  stop(reason: string): Promise<void>;
  /** Restarts in place, if the config allows that to a signal: it stays bound to its port, and nobody is refused meanwhile. */
  restartBySignal(signal: string): Promise<void>;
}

/** Starts a gateway: WebSocket and HTTP on one port. @throws the error of listen (EADDRINUSE, EADDRNOTAVAIL, EACCES). */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { log, clock } = options;
  const config = await LiveConfig.open(options.configFile, log, () => clock.now());
  const remembered = await remember(options);
  const browser = new BrowserService(options, config);
  const state = newState(options, remembered, { config, browser, canvas: new CanvasPlace() });
  await lookAtHealth(state);
  const house: House = {
    ...{ state, remembered, connections: new Set(), restarting: undefined, waiting: 0, stopBeats: () => {} },
    canvas: new CanvasHost(() => house),
  };
  const server = httpServer(house);
  acceptSockets(server, house);
  const { address, port } = await listen(server, options);
  await house.canvas.follow();

  house.stopBeats = startBeats(state);
  const unfollow = followConfig(config, log);
  const restarted = () => {
    boundRequests(server, house.state.limits);
    browser.follow();
  };
  let stopped: Promise<void> | undefined;
  let planned: NodeJS.Timeout | undefined;
  const restart = (reason: string): Promise<void> => {
    clearTimeout(planned);
    planned = undefined;
    if (stopped) return Promise.resolve();
    // The one that goes on may not be with the config that this one is for.
    return house.restarting ? house.restarting.then(() => restart(reason)) : restartInPlace(house, reason).then(restarted);
  };
  config.effects = {
    changed: () => healthMayHaveChanged(house.state),
    takeOver(parsed) {
      browser.follow();
      void config.store.settingsOf(parsed).then(
        ({ logLevel }) => log.setLevel(logLevel),
        () => undefined,
      );
    },
    restart: (reason, delayMs) => {
      clearTimeout(planned);
      planned = setTimeout(() => void restart(reason), delayMs);
    },
  };

  return {
    host: address,
    port,
    connectChannels: () => house.state.channels.start(),
    controlBrowsers: () => browser.start(() => house.state),
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
    clearTimeout(planned);
    unfollow();
    await house.restarting;
    log.info(`stopping: ${reason}`);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await Promise.all([sayGoodbye(house, { reason }), browser.stop()]);
    await house.canvas.close();
    server.closeAllConnections();
    await closed;
    log.info('stopped');
    log.flush();
  }
}
