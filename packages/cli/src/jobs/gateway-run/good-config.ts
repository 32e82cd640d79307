import { get } from 'node:http';
import { localAddress } from '@polygate/core';
import type { ConfigStore, GatewayLog, RunningGateway } from '@polygate/gateway';

/** A config is good when the gateway that was started with it listens and answers. */
export function keepWhenWell(
  store: ConfigStore,
  { host, port }: RunningGateway,
  log: GatewayLog,
  text: string | undefined,
): void {
  if (text === undefined) return;
  const request = get({ host: localAddress(host), port, path: '/healthz', timeout: ANSWER_MS }, (response) => {
    response.resume();
    if (response.statusCode === 200) store.keepGood(text).catch((error: Error) => log.warn(notKept(error)));
  });
  request.on('timeout', () => request.destroy(new Error('no answer in time')));
  request.on('error', (error) => log.warn(notKept(error)));
}

const ANSWER_MS = 10_000;
const notKept = (error: Error) => `the good config is not remembered: ${error.message}`;
