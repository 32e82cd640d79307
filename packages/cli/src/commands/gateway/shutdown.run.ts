import { readLiveGuard } from '@polygate/host';
import type { Handler } from '../../command.ts';
import type { Context } from '../../context.ts';
import { askToEndByCall } from '../../jobs/ask-to-end.ts';
import { endProcess } from '../../jobs/end-process.ts';
import { isGateway } from '../../jobs/is-gateway.ts';
import { lifecycleOutcome } from '../../jobs/service-command.ts';

export const run: Handler = async (context, { mark }) => {
  const { host } = context;
  const { instance } = await context.open({ live: true });
  if (typeof mark === 'string') {
    await host.files.makeDir(host.paths.dirname(mark), 0o700);
    await host.files.write(mark, '', 0o600);
  }
  // The guard first: it would start again what is ended under it.
  const guard = await readLiveGuard(host, { product: instance.pack.id, profile: instance.profile.value });
  const tell = (line: string) => context.progress(line);
  if (guard) await endProcess(host, guard, { tell, ask: async () => mark !== undefined });
  const opened = await context.open({ live: true });
  if (opened.lock) await endProcess(host, opened.lock, { tell, ask: () => askToEndByCall(context, opened) });
  const others = await endWhatListens(context, instance.port.value, tell);
  const ended = guard !== undefined || opened.lock !== undefined || others > 0;
  return lifecycleOutcome(undefined, {
    action: 'stop',
    result: ended ? 'stopped' : 'not-loaded',
    message: ended ? `${instance.id} is stopped.` : `${instance.id} is not running; nothing to do.`,
  });
};

/** A gateway that keeps no lock of ours, which a task has left behind. What does not speak the family's protocol is left alone. */
async function endWhatListens({ host }: Context, port: number, tell: (line: string) => void): Promise<number> {
  const pids = new Set(((await host.net.listeners(port)) ?? []).flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
  if (pids.size === 0 || !(await isGateway(port))) return 0;
  for (const pid of pids) {
    const info = await host.processes.info(pid);
    if (info) await endProcess(host, info, { tell });
  }
  return pids.size;
}
