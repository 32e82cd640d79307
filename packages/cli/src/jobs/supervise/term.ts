import { EXIT, type ExitCode } from '@polygate/core';
import type { InstanceReport } from '@polygate/core/supervise';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import { polygateFolders } from '@polygate/host';
import type { ServiceNotifier } from '@polygate/host/service-notifier';
import { type Fleet, serveControl } from '@polygate/supervisor';
import type { Context } from '../../context.ts';
import { instanceTable } from '../../output/instances.ts';
import { placeOf } from './ask.ts';
import { openDesk } from './desk.ts';
import { untilEnd } from './ending.ts';
import { openFleet } from './fleet.ts';
import { type Heir, startHeir } from './heir.ts';
import { inherit } from './inherit.ts';
import { stoppedByName } from './last-state.ts';
import { metricsOf } from './metrics-of.ts';
import { say } from './say.ts';
import { select } from './select.ts';
import { isSettled } from './settled.ts';
import { nothingToRun, type Specified, specified } from './specified.ts';
import { statusTeller } from './status-teller.ts';
import type { Heritage, Succession } from './succession.ts';
import { watchSettings } from './watch-settings.ts';

/** Most have come up by then. */
const SETTLED_MS = 2_000;

export interface SuperviseOptions {
  names: readonly string[];
  /** Ends when all have ended. */
  once: boolean;
  restart: boolean;
  /** Ends with this one, and with its exit code. */
  exitCodeFrom: string | undefined;
}

export interface Taken {
  /** What it takes over; undefined: it begins anew. */
  heritage: Heritage | undefined;
  succession: Succession | undefined;
  notRenewed: string | undefined;
}

export interface Around {
  notifier: ServiceNotifier | undefined;
  /** Whether it may begin; undefined: nobody has to say so. */
  word: Promise<boolean> | undefined;
}

export interface Ended {
  code: ExitCode;
  heir: Heir | undefined;
  heritage: Heritage;
}

/** Looks after instances from when the place is had until it is given up. */
export async function term(
  context: Context,
  options: SuperviseOptions,
  { heritage, succession, notRenewed, notifier, word }: Taken & Around,
): Promise<Ended> {
  const { host } = context;
  const place = placeOf(context);
  const all = heritage?.all ?? options.names.length === 0;
  const end = untilEnd(options.exitCodeFrom);
  const reading = whatToRun(context, options.names, heritage);
  if (!(await mayBegin(word, reading))) return { code: EXIT.ok, heir: undefined, heritage: { ids: [], all } };
  const { specs, named, leftOut } = await reading;
  // A service has nothing to end for: what is set up later is taken up by a reload.
  if (specs.length === 0 && !heritage && !notifier) throw nothingToRun(leftOut);
  refuseUnknownSource(
    options.exitCodeFrom,
    specs.map(({ id }) => id),
  );
  for (const { id, reason } of leftOut) say(context, id, `is not started: ${reason}`);

  const startedAt = new Date(host.clock.now()).toISOString();
  const fleet = await openFleet(context, place.folder);
  const desk = openDesk(context, fleet, { all, restart: options.restart && !options.once });
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
  const renew = async () => {
    const heir = await startHeir(context, { ids: desk.ids(), all }, notifier?.environment ?? {});
    setImmediate(() => end.handOver(heir));
  };
  const server = await serveControl(place, host.platform, {
    hello: () => ({ version: context.version, pid: process.pid, startedAt, ...(notRenewed ? { notRenewed } : {}) }),
    list: () => fleet.reports(),
    start: (ids) => desk.start(ids),
    stop: (ids) => fleet.stop(ids),
    restart: (ids, how) => fleet.restart(ids, how),
    reload: () => reload(true),
    renew,
    shutdown: (children) => end.ask(children),
    metrics,
    listen: desk.listen,
  });
  end.hear(fleet, options.once);
  end.onHangup(() => {
    reload(true).catch((error: unknown) => context.warn((error as Error).message));
  });
  if (!heritage) showWhenSettled(context, fleet);
  try {
    await desk.begin(specs);
    if (named.length > 0) await fleet.start(named);
  } catch (error) {
    // Nothing may hold a process that cannot do what it is for, and nobody may take it for one that can.
    await Promise.allSettled([server.close(), closeMetrics(), fleet.close('keep')]);
    throw error;
  }
  const unwatch = watchSettings(host, polygateFolders(host), () => {
    desk.reload(false).catch((error: unknown) => context.warn((error as Error).message));
  });
  await notifier?.ready(statusText(fleet.reports()));
  succession?.up();
  letGoOfTheStart();
  const untell = notifier ? statusTeller(fleet, (text) => notifier.status(text), statusText) : undefined;
  const { children, code, heir } = await end.reached;
  untell?.();
  if (heir) notifier?.handedOver();
  else void notifier?.stopping();
  unwatch();
  if (!heir) context.progress(children === 'stop' ? 'Stopping …' : 'Leaving the gateways as they are …');
  const parked = fleet.reports().some(({ state }) => state === 'parked');
  const left: Heritage = { ids: desk.ids(), all };
  await fleet.close(children);
  await Promise.all([server.close(), closeMetrics()]);
  return { code: code ?? (parked && children === 'stop' ? EXIT.failed : EXIT.ok), heir, heritage: left };
}

/** What is wrong with `reading` is told when it may begin, and is of no interest otherwise. */
async function mayBegin(word: Promise<boolean> | undefined, reading: Promise<unknown>): Promise<boolean> {
  reading.catch(() => undefined);
  return (await word) ?? true;
}

/** Everything that was read for it, configs and ledger with it, is let go: a supervisor stays for as long as its gateways do. */
async function whatToRun(context: Context, names: readonly string[], heritage: Heritage | undefined): Promise<Specified> {
  const fresh = context.again();
  if (heritage) return specified(fresh, await inherit(fresh, heritage), names);
  const stopped = names.length > 0 ? new Set<string>() : await stoppedByName(context);
  return specified(fresh, await select(fresh, names, stopped), names);
}

function refuseUnknownSource(id: string | undefined, known: readonly string[]): void {
  if (id !== undefined && !known.includes(id)) throw supervisorProblem('NOT_SUPERVISED', { instance: id, known: [...known] });
}

/** What it took to start is let go of, and not only when V8 finds that nothing happens any more. Where Node was asked for the means. */
function letGoOfTheStart(): void {
  setTimeout(() => globalThis.gc?.(), SETTLED_MS).unref();
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
