import { EXIT, type ExitCode, Problem } from '@polygate/core';
import type { InstanceReport } from '@polygate/core/supervise';
import { serviceNotifier } from '@polygate/host';
import { type Fleet, refuseTooLong, serveControl } from '@polygate/supervisor';
import type { Context } from '../../context.ts';
import { instanceTable } from '../../output/instances.ts';
import { surviveLostOutput } from '../../output/stdout.ts';
import { placeOf } from './ask.ts';
import { openDesk } from './desk.ts';
import { untilEnd } from './ending.ts';
import { openFleet } from './fleet.ts';
import { asSupervisor } from './hold.ts';
import { stoppedByName } from './last-state.ts';
import { metricsOf } from './metrics-of.ts';
import { say } from './say.ts';
import { type Selected, selectNamed, selectWanted } from './select.ts';
import { isSettled } from './settled.ts';
import { specsOf, withoutStranded } from './specs.ts';
import { statusTeller } from './status-teller.ts';
import { watchSettings } from './watch-settings.ts';

export interface SuperviseOptions {
  names: readonly string[];
  /** Ends when all have ended. */
  once: boolean;
  restart: boolean;
  /** Ends with this one, and with its exit code. */
  exitCodeFrom: string | undefined;
}

/** Runs instances until it is told to end, and looks after them as their settings say. */
export async function superviseHere(context: Context, options: SuperviseOptions): Promise<ExitCode> {
  const { host } = context;
  const place = placeOf(context);
  refuseTooLong(place, host.platform);
  const notifier = serviceNotifier(host, process.env);
  surviveLostOutput();
  const end = untilEnd(options.exitCodeFrom);
  return asSupervisor(context, options.names, async () => {
    const selected = await selectFor(context, options.names);
    const book = withoutStranded(await specsOf(context, selected.chosen));
    const [bad] = book.refused;
    if (bad && options.names.length > 0) throw bad.problem;
    const leftOut = [...selected.leftOut, ...book.refused.map(({ id, problem }) => ({ id, reason: problem.message }))];
    if (book.specs.length === 0)
      throw new Problem('NOTHING_TO_RUN', { reasons: leftOut.map(({ id, reason }) => `${id}: ${reason}`) });
    refuseUnknownSource(
      options.exitCodeFrom,
      book.specs.map(({ id }) => id),
    );
    for (const { id, reason } of leftOut) say(context, id, `is not started: ${reason}`);

    const startedAt = new Date(host.clock.now()).toISOString();
    const { fleet, keeper } = await openFleet(context, place.folder);
    const desk = openDesk(context, fleet, { all: options.names.length === 0, restart: options.restart && !options.once });
    const { metrics, close: closeMetrics } = await metricsOf(context, fleet);
    desk.listen(({ id, message }) => say(context, id, message));
    const reload = async (thorough: boolean) => {
      await notifier?.reloading();
      try {
        return await desk.reload(thorough);
      } finally {
        await notifier?.ready(statusText(fleet.reports()));
      }
    };
    const server = await serveControl(place, host.platform, {
      hello: () => ({ version: context.version, pid: process.pid, startedAt }),
      list: () => fleet.reports(),
      start: (ids) => desk.start(ids),
      stop: (ids) => fleet.stop(ids),
      restart: (ids, how) => fleet.restart(ids, how),
      reload: () => reload(true),
      shutdown: (children) => end.ask(children),
      metrics,
      listen: desk.listen,
    });
    end.hear(fleet, options.once);
    end.onHangup(() => {
      reload(true).catch((error: unknown) => context.warn((error as Error).message));
    });
    showWhenSettled(context, fleet);
    await desk.begin(book.specs);
    if (selected.named.length > 0) await fleet.start(selected.named);
    const unwatch = watchSettings(host, (await context.world()).folders, () => {
      desk.reload(false).catch((error: unknown) => context.warn((error as Error).message));
    });
    await notifier?.ready(statusText(fleet.reports()));
    const untell = notifier ? statusTeller(fleet, (text) => notifier.status(text), statusText) : undefined;
    const { children, code } = await end.reached;
    untell?.();
    void notifier?.stopping();
    unwatch();
    context.progress(children === 'stop' ? 'Stopping …' : 'Leaving the gateways as they are …');
    const parked = fleet.reports().some(({ state }) => state === 'parked');
    await keeper.close();
    await fleet.close(children);
    await Promise.all([server.close(), closeMetrics()]);
    return code ?? (parked && children === 'stop' ? EXIT.failed : EXIT.ok);
  });
}

async function selectFor(context: Context, names: readonly string[]): Promise<Selected> {
  return names.length > 0 ? selectNamed(context, names) : selectWanted(context, await stoppedByName(context));
}

function refuseUnknownSource(id: string | undefined, known: readonly string[]): void {
  if (id !== undefined && !known.includes(id)) throw new Problem('NOT_SUPERVISED', { instance: id, known: [...known] });
}

/** Shown once, when each has come up or has been given up. */
function showWhenSettled(context: Context, fleet: Fleet): void {
  if (context.globals.json) return;
  const silence = fleet.listen(() => {
    const reports = fleet.reports();
    if (!reports.every(isSettled)) return;
    silence();
    const rows = reports.map(({ instance, verdict, reason, pid }) => ({ ...instance, verdict, reason: reason ?? '', pid }));
    context.emit(`\n${instanceTable(rows)}\n`);
  });
}

/** For the service manager's own status. */
function statusText(reports: readonly InstanceReport[]): string {
  const ready = reports.filter((report) => report.ready.value).length;
  const parked = reports.filter(({ state }) => state === 'parked').map(({ id }) => id);
  return `${ready} of ${reports.length} ready${parked.length > 0 ? `; parked: ${parked.join(', ')}` : ''}`;
}
