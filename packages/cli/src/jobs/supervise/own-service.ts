import { isSystemManager, PLATFORM_MANAGERS, Problem } from '@polygate/core';
import { defineSupervisor, SUPERVISOR_SERVICE, startsForEver } from '@polygate/core/service';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import { polygateFolders, type ServiceManager, type WantedService } from '@polygate/host';
import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { bootOf } from '../builtin.ts';
import { alone } from '../carry-out.ts';
import { launchOf } from '../launch.ts';
import { lifecycleOutcome } from '../service-command.ts';
import { type ScopeOptions, serviceScope } from '../service-scope.ts';
import { connectSupervisor } from './ask.ts';
import { stoppedByName } from './last-state.ts';
import { selectWanted } from './select.ts';

/** Variables that the supervisor's folders and the first port depend on. */
const PLACES = ['POLYGATE_HOME', 'POLYGATE_FIRST_PORT', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME'];
const START_BUDGET_MS = 60_000;
const POLL_MS = 50;

/** Makes the supervisor itself a service: one for all instances that have none of their own. */
export async function installSupervisor(asked: Context, options: ScopeOptions & { force: boolean }): Promise<Outcome> {
  const { context, manager } = await supervisorScope(asked, options, 'install');
  const missing = await manager.detect();
  if (missing) throw missing;
  return alone(asked, manager, SUPERVISOR_SERVICE, async () => {
    const before = await manager.status(SUPERVISOR_SERVICE);
    const wanted = wantedSupervisor(context, manager);
    const plan = await manager.plan(SUPERVISOR_SERVICE, { kind: 'install', force: options.force, wanted });
    // The service starts them from now on: by cron beside it there would be two who do.
    const fromCron = plan.result === 'drifted' ? [] : (await bootOf(context)).disable();
    if (plan.result === 'apply') await refuseOther(context, before?.pid);
    const { warnings, putBack } = await manager.apply([...plan.steps, ...fromCron]);
    const isNew = plan.steps.some((step) => step.do === 'run' && step.starts);
    const pid = isNew
      ? await untilAnswers(context, manager, before?.pid).catch(async (error: unknown) => {
          await putBack();
          throw error;
        })
      : before?.pid;
    const { leftOut } = await selectWanted(context.again(), await stoppedByName(context));
    const drifted = plan.result === 'drifted';
    return lifecycleOutcome(
      { manager, name: SUPERVISOR_SERVICE, view: await manager.status(SUPERVISOR_SERVICE) },
      {
        action: 'install',
        result: plan.result === 'apply' ? 'installed' : 'already-installed',
        message: drifted
          ? `${SUPERVISOR_SERVICE} is installed and differs from what would be written now: ${plan.drift.map(({ field }) => field).join(', ')}.`
          : plan.result === 'apply'
            ? `${SUPERVISOR_SERVICE} is installed and looks after the instances (pid ${pid}).`
            : `${SUPERVISOR_SERVICE} is installed and up to date; nothing to do.`,
        warnings,
        hints: [
          ...(drifted ? [`To replace it: ${context.program} supervisor install --force`] : []),
          ...(fromCron.length > 0
            ? [`Taken out of the crontab: the @reboot line of ${context.program}. This service does its work.`]
            : []),
          ...leftOut.map(({ id, reason }) => `Not looked after: ${id}: ${reason}`),
        ],
        ...(pid === undefined ? {} : { pid }),
        drift: drifted,
        differences: plan.drift,
      },
    );
  });
}

/** Stops what it runs in good order, and removes it. */
export async function uninstallSupervisor(asked: Context, options: ScopeOptions): Promise<Outcome> {
  const { context, manager } = await supervisorScope(asked, options, 'uninstall');
  return alone(asked, manager, SUPERVISOR_SERVICE, async () => {
    const intent = { kind: 'uninstall', stateDir: NOWHERE, force: false } as const;
    const plan = await manager.plan(SUPERVISOR_SERVICE, intent);
    const boot = await bootOf(context);
    const byCron = plan.steps.length > 0 && boot.services > 0 ? boot.enable() : [];
    const { warnings } = await manager.apply([...plan.steps, ...byCron]);
    const { ours, kept } = await manager.remains(SUPERVISOR_SERVICE, NOWHERE);
    if (ours.length > 0) throw new Problem('UNINSTALL_INCOMPLETE', { name: SUPERVISOR_SERVICE, left: ours });
    return lifecycleOutcome(
      { manager, name: SUPERVISOR_SERVICE, view: await manager.status(SUPERVISOR_SERVICE) },
      {
        action: 'uninstall',
        result: 'uninstalled',
        message:
          plan.steps.length === 0
            ? `${SUPERVISOR_SERVICE} is not installed; nothing to do.`
            : `${SUPERVISOR_SERVICE} and what it ran are stopped, and it is removed. The instances stay.`,
        warnings,
        hints: [
          `To run them without a service: ${context.program} up`,
          ...(byCron.length > 0 ? ['The services of Polygate itself are started with the machine by cron again.'] : []),
        ],
        kept,
      },
    );
  });
}

/** It has no file with secrets: those are of each instance. */
const NOWHERE = '/nonexistent';

/** A supervisor is what there is where no manager is: it cannot be one of its own services. */
async function supervisorScope(asked: Context, options: ScopeOptions, verb: string) {
  const scope = await serviceScope(asked, options, `supervisor ${verb}`);
  if (scope.manager.id !== 'builtin') return scope;
  return { ...scope, manager: await scope.context.manager(PLATFORM_MANAGERS[asked.host.platform]?.account ?? 'systemd-user') };
}

function wantedSupervisor(context: Context, manager: ServiceManager): WantedService {
  const { env, users } = context.host;
  const places = Object.fromEntries(PLACES.flatMap((name) => (env[name]?.trim() ? [[name, env[name] as string]] : [])));
  const parkedFile = startsForEver(manager.id)
    ? context.host.paths.join(polygateFolders(context.host).state, 'supervisor-parked.json')
    : undefined;
  const account = isSystemManager(manager.id) ? users.name : undefined;
  return { definition: defineSupervisor({ ...launchOf(context), account, parkedFile }, places), environmentFile: undefined };
}

/** @throws Problem SUPERVISOR_RUNNING: one that a person started goes on until that person ends it */
async function refuseOther(context: Context, own: number | undefined): Promise<void> {
  const connection = await connectSupervisor(context);
  connection?.close();
  if (connection && connection.hello.pid !== own)
    throw supervisorProblem('SUPERVISOR_RUNNING', {
      pid: connection.hello.pid,
      stop: `${context.program} supervisor stop --keep`,
    });
}

/** The service's own process has the control socket. @throws Problem SERVICE_NOT_HEALTHY */
async function untilAnswers(context: Context, manager: ServiceManager, notPid: number | undefined): Promise<number> {
  const { clock } = context.host;
  for (const end = clock.now() + START_BUDGET_MS; ; ) {
    const [view, connection] = await Promise.all([manager.status(SUPERVISOR_SERVICE), connectSupervisor(context)]);
    connection?.close();
    const pid = connection?.hello.pid;
    if (pid !== undefined && pid === view?.pid && pid !== notPid) return pid;
    if (clock.now() >= end || view?.state === 'failed') {
      const said = (await manager.recentOutput(SUPERVISOR_SERVICE, 10)).at(-1);
      const reason = said ?? 'it does not answer on its control socket';
      throw new Problem('SERVICE_NOT_HEALTHY', { name: SUPERVISOR_SERVICE, verdict: view?.state ?? 'unknown', reason });
    }
    await clock.sleep(POLL_MS);
  }
}
