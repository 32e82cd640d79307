import { portOwners } from '@polygate/host';
import {
  askToEnd,
  createFleet,
  createProber,
  type Fleet,
  keepLogs,
  type LogKeeper,
  logSystem,
  recover,
  withLimits,
} from '@polygate/supervisor';
import type { Context } from '../../context.ts';
import { clientIdentity } from '../client-identity.ts';
import { inPlaceOf } from './in-place.ts';
import { say } from './say.ts';

/**
 * The fleet of this folder, which goes on where an earlier supervisor ended, with its logs kept to their size.
 * @throws Problem SUPERVISOR_STATE_FUTURE
 */
export async function openFleet(context: Context, folder: string): Promise<Fleet> {
  const { host, version, warn } = context;
  const ownLimits = await host.files.read('/proc/self/limits').catch(() => undefined);
  const system = logSystem(host.processes, host.platform);
  let keeper: LogKeeper | undefined;
  const fleet = await createFleet({
    host,
    folder,
    version,
    prober: createProber({
      clock: host.clock,
      client: clientIdentity(context),
      owners: (pid, port) => portOwners(host, port, pid),
    }),
    launch: ({ argv, limits }) => withLimits(argv, limits, { platform: host.platform, ownLimits }),
    askToEnd: (spec) => askToEnd(spec, clientIdentity(context), 'the supervisor stops it'),
    inPlace: (spec, running) => inPlaceOf(host, spec, running),
    recoverLog: ({ output }, running) => recover(output, running, system),
    beforeStart: (id) => keeper?.beforeStart(id),
    notice: (_, message) => warn(message),
  });
  const tell = ({ id, message }: { id: string; message: string }) => say(context, id, message);
  const kept = keepLogs(fleet, () => fleet.specs(), { system, tell, now: host.clock.now });
  keeper = kept;
  return {
    ...fleet,
    async close(children) {
      // No log is turned over while its child is being stopped.
      await kept.close();
      await fleet.close(children);
    },
  };
}
