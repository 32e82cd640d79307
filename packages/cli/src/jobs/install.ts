import { type Program, refuseReservedName } from '@polygate/core';
import {
  checkInstance,
  type OpenInstance,
  type Plan,
  refuseBrokenConfig,
  type ServiceManager,
  writeSettings,
} from '@polygate/host';
import type { Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { ownServiceName, wantedService } from './service.ts';
import { lifecycleOutcome } from './service-command.ts';
import { refuseUnchosenProgram } from './setup/refusals.ts';
import { setUp } from './setup/set-up.ts';
import { untilHealthy } from './until-healthy.ts';

export interface InstallOptions {
  port?: string | undefined;
  manager?: string | undefined;
  program?: Program | undefined;
  force: boolean;
}

interface Planned {
  opened: OpenInstance;
  manager: ServiceManager;
  name: string;
  plan: Plan;
}

/** What an install would do. Reads only. */
export async function planInstallation(context: Context, options: InstallOptions): Promise<Planned> {
  const opened = await context.open({ live: false, port: options.port });
  const { instance } = opened;
  refuseBrokenConfig((await checkInstance(opened)).config);
  refuseUnchosenProgram(opened, options.program);
  const manager = context.manager(options.manager);
  refuseReservedName(instance.pack, instance.profile.value, manager.id);
  const name = await ownServiceName(context, manager, opened);
  const plan = await manager.plan(name, { kind: 'install', force: options.force, wanted: wantedService(context, opened) });
  return { opened, manager, name, plan };
}

/** Installs, enables and starts the service; success means that its process answers for this very instance. */
export async function installService(context: Context, options: InstallOptions): Promise<Outcome> {
  const manager = context.manager(options.manager);
  const missing = await manager.detect();
  if (missing) throw missing;
  const before = await context.open({ live: false, port: options.port });
  if (!before.config.exists) {
    // A service that cannot start is of no use: a profile that was never set up is set up first.
    await setUp(context, { port: options.port, program: options.program });
    context.progress(`${before.instance.id} was not set up yet: wrote ${before.config.path}`);
  }
  const { opened, name, plan } = await planInstallation(context, options);
  return apply(context, { opened, manager, name, plan }, options);
}

async function apply(context: Context, { opened, manager, name, plan }: Planned, options: InstallOptions): Promise<Outcome> {
  const before = await manager.status(name);
  if (plan.result !== 'apply') {
    const drifted = plan.result === 'drifted';
    const differs = plan.drift.map(
      ({ field, installed, wanted }) => `  ${field}: ${installed ?? 'nothing'} -> ${wanted ?? 'nothing'}`,
    );
    return lifecycleOutcome(
      { manager, name, view: before },
      {
        action: 'install',
        result: 'already-installed',
        message: drifted
          ? [`${name} is installed and differs from what would be written now:`, ...differs].join('\n')
          : `${name} is installed and up to date; nothing to do.`,
        hints: drifted ? [`To replace it: ${context.commandLine} gateway install --force`] : [],
        drift: drifted,
        differences: plan.drift,
      },
    );
  }
  if (options.program !== undefined) {
    await writeSettings(context.host, opened.settingsFile, { ...opened.settings, version: 1, program: options.program });
  }
  const { warnings } = await manager.apply(plan.steps);
  const { pid } = await untilHealthy(context, manager, name, before?.pid);
  return lifecycleOutcome(
    { manager, name, view: await manager.status(name) },
    {
      action: 'install',
      result: 'installed',
      message: `${name} is installed and answers (pid ${pid}, port ${opened.instance.port.value}).`,
      warnings,
      pid,
      drift: false,
      differences: plan.drift,
    },
  );
}
