import { challengeProber, createFleet, type Fleet } from '@polygate/supervisor';
import type { Context } from '../../context.ts';

/** The fleet of this account, which goes on where an earlier supervisor ended. @throws Problem SUPERVISOR_STATE_FUTURE */
export function openFleet(context: Context, folder: string): Promise<Fleet> {
  const { host, version, warn } = context;
  return createFleet({ host, folder, version, prober: challengeProber, notice: (_, message) => warn(message) });
}
