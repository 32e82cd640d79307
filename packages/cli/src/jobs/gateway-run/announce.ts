import { gatewayUrl } from '@polygate/core';
import type { GatewayLog, RunningGateway } from '@polygate/gateway';
import type { CheckedInstance } from '@polygate/host';
import type { Context } from '../../context.ts';
import { streamOut, surviveLostOutput } from '../../output/stdout.ts';

/** Only now is it said that it listens: whoever reads it finds the lock in place and may send a signal. */
export function announce(
  context: Context,
  { instance, config }: CheckedInstance,
  { host, port }: RunningGateway,
  log: GatewayLog,
  madeUp: boolean,
): void {
  const { globals } = context;
  // Who reads along may go: a gateway serves on, and its log file has every line.
  surviveLostOutput();
  const print = globals.json ? (line: string) => process.stderr.write(line) : streamOut;
  log.printTo((line) => print(`${line}\n`), globals.verbose ? 'debug' : 'info');
  for (const { variable, reason } of instance.identity.dropped) log.warn(`${variable} of the environment is ignored: ${reason}`);
  for (const { path, message } of config.warnings) log.warn(`${config.path}: ${path} ${message}`);
  if (madeUp) log.info(`no token is configured: one was made for this run, which ${context.commandLine} uses by itself`);
  log.info(`listening on ${gatewayUrl(host, port)} (pid ${process.pid})`);
}
