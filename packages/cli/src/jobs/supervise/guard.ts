import { EXIT, type ExitCode } from '@polygate/core';
import { STOP_FILE_VARIABLE } from '@polygate/core/service';
import type { InstanceReport, InstanceSpec } from '@polygate/core/supervise';
import { guardFolder } from '@polygate/host';
import { serviceNotifier } from '@polygate/host/service-notifier';
import { watchFile } from '@polygate/host/watch-file';
import type { Fleet } from '@polygate/supervisor';
import type { Context } from '../../context.ts';
import { surviveLostOutput } from '../../output/stdout.ts';
import { untilEnd } from './ending.ts';
import { openFleet } from './fleet.ts';
import { say } from './say.ts';
import { specsOf } from './specs.ts';
import { statusTeller } from './status-teller.ts';

/**
 * Runs the gateway of one instance as its service does with `--guard`: probes it, starts it again when it hangs, and speaks to
 * systemd for it. It has no control socket, and a state file of its own: a guard that is started after one that was killed goes
 * on with what that one ran. Ends with 78 when the gateway does, so that the manager does not start it again.
 */
export async function guardGateway(context: Context, port: string | undefined): Promise<ExitCode> {
  const { host } = context;
  const opened = await context.open({ live: false, port });
  const { id, pack, profile } = opened.instance;
  const { specs, refused } = await specsOf(context, [opened]);
  const [spec] = specs;
  if (!spec) throw refused[0]?.problem;
  let last: InstanceReport | undefined;
  const notifier = serviceNotifier(host, process.env, { isAlive: () => last?.probes.liveness?.ok !== false });
  surviveLostOutput();
  const end = untilEnd(undefined);
  const unwatch = onStopFile(host, () => end.ask('stop'));
  const folder = guardFolder(host, pack.id, profile.value);
  const fleet = await openFleet(context, folder);
  let isReady = false;
  fleet.listen(({ message }, report) => {
    last = report;
    say(context, id, message);
    if (report.ready.value && !isReady) {
      isReady = true;
      void notifier?.ready(statusText([report]));
    }
    if (endedFatally(report)) end.ask('stop', EXIT.config);
  });
  await fleet.apply([withSecrets(context, spec, opened.settings?.program)]);
  await fleet.start([id]);
  const untell = notifier ? statusTeller(fleet, (text) => notifier.status(text), statusText) : undefined;
  const { code } = await end.reached;
  untell?.();
  unwatch();
  void notifier?.stopping();
  await fleet.close('stop');
  return code ?? exitOf(fleet);
}

/** Where there are no signals, a file that appears is what asks it to end. */
function onStopFile({ env, files }: Context['host'], stop: () => void): () => void {
  const { [STOP_FILE_VARIABLE]: file } = env;
  if (file === undefined) return () => undefined;
  return watchFile(file, () => {
    void files.stat(file).then((found) => found && stop());
  });
}

/** A fatal configuration: to try again is no use, to the guard or to its manager. */
const endedFatally = ({ state, deaths }: InstanceReport) => state === 'parked' && deaths.at(-1)?.code === EXIT.config;

const exitOf = (fleet: Fleet): ExitCode => (fleet.reports().some(endedFatally) ? EXIT.config : EXIT.ok);

/** Its manager has given the guard what the gateway is to have, from a file that this account may not even read. */
function withSecrets({ host }: Context, spec: InstanceSpec, program: unknown): InstanceSpec {
  const names = (program as { secrets?: readonly string[] } | undefined)?.secrets ?? [];
  const given = names.flatMap((name) => (host.env[name] === undefined ? [] : [[name, host.env[name] as string] as const]));
  return { ...spec, env: { ...spec.env, ...Object.fromEntries(given) } };
}

function statusText([report]: readonly InstanceReport[]): string {
  if (!report) return 'starting';
  const { verdict, pid, restarts, reason } = report;
  const parts = [verdict, ...(pid === null ? [] : [`pid ${pid}`]), ...(restarts > 0 ? [`restarted ${restarts} times`] : [])];
  return `${parts.join(', ')}${reason === null ? '' : `: ${reason}`}`;
}
