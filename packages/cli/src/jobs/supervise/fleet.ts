import { portOwners } from '@polygate/host';
import { createFleet, createProber, type Fleet, withLimits } from '@polygate/supervisor';
import type { Context } from '../../context.ts';
import { clientIdentity } from '../client-identity.ts';

/** The fleet of this account, which goes on where an earlier supervisor ended. @throws Problem SUPERVISOR_STATE_FUTURE */
export async function openFleet(context: Context, folder: string): Promise<Fleet> {
  const { host, version, warn } = context;
  const ownLimits = await host.files.read('/proc/self/limits').catch(() => undefined);
  return createFleet({
    host,
    folder,
    version,
    prober: createProber({
      clock: host.clock,
      client: clientIdentity(context),
      owners: (pid, port) => portOwners(host, port, pid),
    }),
    launch: ({ argv, limits }) => withLimits(argv, limits, { platform: host.platform, ownLimits }),
    notice: (_, message) => warn(message),
  });
}
