import { WireError } from '../wire-error.ts';
import type { Method } from './method.ts';

export const gatewayShutdown: Method<'gateway.shutdown'> = ({ reason = 'asked to stop' }, { options }, { connId }) => {
  const { onShutdown, log } = options;
  if (!onShutdown) throw new WireError('UNAVAILABLE', 'this gateway cannot be stopped by a call', { retryable: false });
  log.info(`shutdown asked for: ${reason}`, { conn: connId });
  // The answer first.
  setImmediate(() => onShutdown(reason));
  return { ok: true, pid: process.pid };
};

export const gatewayRestart: Method<'gateway.restart'> = ({ reason = 'asked to restart' }, { config }) => {
  if (!config.mayRestart) {
    throw new WireError(
      'INVALID_REQUEST',
      `restart in place is not allowed (commands.restart is not true in ${config.store.path})`,
    );
  }
  config.effects.restart(reason, 0);
  return { ok: true, pid: process.pid };
};
