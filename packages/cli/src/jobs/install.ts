import {
  EXIT,
  isProblem,
  PLATFORM_MANAGERS,
  Problem,
  type Program,
  refuseReservedName,
  renderProblem,
  type Step,
} from '@polygate/core';
import { guardsOthers } from '@polygate/core/service';
import { checkInstance, jsonText, type OpenInstance, type Plan, refuseBrokenConfig, type ServiceManager } from '@polygate/host';
import type { Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { alone, carryOut } from './carry-out.ts';
import { type Kept, keepUp } from './keep-up.ts';
import { ownServiceName, wantedService } from './service.ts';
import { lifecycleOutcome } from './service-command.ts';
import { type ScopeOptions, serviceScope } from './service-scope.ts';
import { refuseUnchosenProgram } from './setup/refusals.ts';
import { setUp } from './setup/set-up.ts';
import { untilHealthy } from './until-healthy.ts';

export interface InstallOptions extends ScopeOptions {
  port?: string | undefined;
  program?: Program | undefined;
  /** Behind the guard, or not; undefined: as it was. */
  guard?: boolean | undefined;
  force: boolean;
  /** The manager alone is set right: what runs, or does not, stays as it is. */
  leaveRun?: boolean;
}

interface Planned {
  opened: OpenInstance;
  name: string;
  plan: Plan;
}

/** What an install would do, for the account and with the manager of a scope. Reads only. */
export async function planInstallation(context: Context, manager: ServiceManager, options: InstallOptions): Promise<Planned> {
  const { port, program, guard } = options;
  const found = await context.open({ live: false, port });
  const opened: OpenInstance = {
    ...found,
    instance: { ...found.instance, program: program ?? found.instance.program },
    settings: guard === undefined ? found.settings : { ...found.settings, version: 1, guard },
  };
  const { instance } = opened;
  if (guard && manager.id === 'builtin') {
    const expected = "a service manager: Polygate's own supervisor does by itself what the guard does";
    throw new Problem('OPTION_INVALID', { option: '--guard', value: manager.id, expected });
  }
  if (guard === false && guardsOthers(manager.id) && typeof instance.program === 'object') {
    const expected = 'the guard here: a fatal configuration needs somebody who tells, which the manager of this system does not';
    throw new Problem('OPTION_INVALID', { option: '--no-guard', value: manager.id, expected });
  }
  refuseBrokenConfig((await checkInstance(opened)).config);
  refuseUnchosenProgram(opened, options.program);
  refuseReservedName(instance.pack, instance.profile.value, manager.id);
  const name = await ownServiceName(context, manager, opened);
  const wanted = await wantedService(context, opened, manager);
  const plan = await manager.plan(name, { kind: 'install', force: options.force, wanted, settle: options.leaveRun === true });
  return { opened, name, plan };
}

/** Installs, enables and starts the service; success means that its process answers for this very instance. */
export async function installService(asked: Context, options: InstallOptions): Promise<Outcome> {
  const { context, manager } = await serviceScope(asked, options, 'gateway install');
  const missing = await manager.detect();
  if (missing) throw missing;
  if (manager.id === 'builtin' && options.manager === undefined) context.progress(await whyBuiltin(context));
  await setUpIfMissing(asked, context, options);
  const { name } = await planInstallation(context, manager, options);
  // Planned again once alone: another install may just have ended.
  return alone(context, manager, name, async () => {
    const planned = await planInstallation(context, manager, options);
    const { plan, opened } = planned;
    if (plan.result === 'apply' || (plan.result === 'up-to-date' && choosesProgram(opened, options)))
      return apply(context, manager, planned, options);
    const kept = options.leaveRun ? undefined : await keepUp(context, manager, planned, options);
    return alreadyInstalled(context, manager, planned, kept);
  });
}

/** Said once, at the install: from then on it is as under any manager. */
async function whyBuiltin(context: Context): Promise<string> {
  const { platform } = context.host;
  const none = new Problem('MANAGER_MISSING', { platform });
  const ofAccount = PLATFORM_MANAGERS[platform]?.account;
  const found = ofAccount ? await (await context.manager(ofAccount)).detect() : none;
  const { message, hint } = renderProblem(found ?? none, { command: context.commandLine });
  const more = isProblem(found, 'MANAGER_MISSING') && found.params.wsl ? ` (${hint})` : '';
  return `Note: ${message}${more}; Polygate's own supervisor takes its place.`;
}

/** Compares only: 0 when an install would have nothing to do, 1 when it differs, 3 when there is no service. */
export async function checkService(asked: Context, options: InstallOptions): Promise<Outcome> {
  const { context, manager } = await serviceScope(asked, options);
  const planned = await planInstallation(context, manager, { ...options, force: false });
  const { name, plan } = planned;
  if (plan.result === 'drifted') return { ...(await alreadyInstalled(context, manager, planned)), exitCode: EXIT.failed };
  if (plan.result === 'up-to-date') return alreadyInstalled(context, manager, planned);
  const installed = (await manager.inspect(name)).text !== undefined;
  if (!installed) throw new Problem('SERVICE_NOT_INSTALLED', { name, scope: manager.options });
  const outcome = await lifecycleOutcome(
    { manager, name, view: await manager.status(name) },
    {
      action: 'install',
      result: 'already-installed',
      message: `${name} is installed, and the manager does not know all of it yet.`,
      hints: [`${context.commandLine} gateway install`],
      drift: true,
      differences: [],
    },
  );
  return { ...outcome, exitCode: EXIT.failed };
}

/** A service that cannot start is of no use: a profile that was never set up is set up first, by the account that it belongs to. */
async function setUpIfMissing(asked: Context, context: Context, { port, program }: InstallOptions): Promise<void> {
  const before = await context.open({ live: false, port });
  if (before.config.exists) return;
  if (asked !== context) {
    const { profile, pack } = before.instance;
    const account = context.host.users.name;
    throw new Problem('PROFILE_NOT_SET_UP', { profile: profile.value, product: pack.id, account });
  }
  await setUp(context, { port, program });
  context.progress(`${before.instance.id} was not set up yet: wrote ${before.config.path}`);
}

async function alreadyInstalled(
  context: Context,
  manager: ServiceManager,
  { name, plan }: Planned,
  kept?: Kept,
): Promise<Outcome> {
  const view = await manager.status(name);
  const drifted = plan.result === 'drifted';
  const differs = plan.drift.map(
    ({ field, installed, wanted }) => `  ${field}: ${installed ?? 'nothing'} -> ${wanted ?? 'nothing'}`,
  );
  const runs = view === undefined || view.state === 'running' || view.state === 'starting';
  return lifecycleOutcome(
    { manager, name, view },
    {
      action: 'install',
      result: 'already-installed',
      message: drifted
        ? [`${name} is installed and differs from what would be written now:`, ...differs, ...(kept?.did ? [kept.did] : [])].join(
            '\n',
          )
        : `${name} is installed and up to date${kept ? `; ${kept.did ?? 'nothing to do.'}` : '.'}`,
      hints: [
        ...(drifted ? [`To replace it: ${context.commandLine} gateway install --force`] : []),
        ...(runs ? [] : [`It does not run: ${context.commandLine} gateway start`]),
      ],
      ...(kept ? { pid: kept.pid } : {}),
      drift: drifted,
      differences: plan.drift,
    },
  );
}

async function apply(
  context: Context,
  manager: ServiceManager,
  { opened, name, plan }: Planned,
  options: InstallOptions,
): Promise<Outcome> {
  const before = await manager.status(name);
  const { warnings, putBack, unstarted } = await carryOut(context, manager, name, [
    ...(choosesProgram(opened, options) || options.guard !== undefined ? await settingsStep(context, opened) : []),
    ...plan.steps,
  ]);
  const restarts = !unstarted && plan.steps.some((step) => step.do === 'run' && step.starts);
  const healthy = restarts
    ? await untilHealthy(context, manager, name, before?.pid).catch(async (error: unknown) => {
        await putBack();
        throw error;
      })
    : options.leaveRun || unstarted
      ? undefined
      : await keepUp(context, manager, { name }, options);
  return lifecycleOutcome(
    { manager, name, view: await manager.status(name) },
    {
      action: 'install',
      result: 'installed',
      message: healthy
        ? `${name} is installed and answers (pid ${healthy.pid}, port ${healthy.opened.instance.port.value}).`
        : `${name} is installed; ${unstarted ? 'it could not be started yet' : 'what runs was left alone'}.`,
      warnings: [...(plan.notes ?? []), ...warnings],
      ...(healthy ? { pid: healthy.pid } : {}),
      drift: false,
      differences: plan.drift,
    },
  );
}

const choosesProgram = ({ settings }: OpenInstance, { program }: InstallOptions): boolean =>
  program !== undefined && settings?.program !== program;

/** What is run, and how, is part of the installation: it is put back with the rest. */
async function settingsStep({ host }: Context, { settingsFile, settings, instance }: OpenInstance): Promise<Step[]> {
  await host.files.makeDir(host.paths.dirname(settingsFile), 0o700);
  const content = jsonText({ ...settings, version: 1, program: instance.program });
  return [{ do: 'write', path: settingsFile, mode: 0o600, content }];
}
