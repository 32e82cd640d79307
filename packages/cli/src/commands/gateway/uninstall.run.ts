import type { Handler } from '../../command.ts';
import { ownServiceName } from '../../jobs/service.ts';
import { lifecycleOutcome } from '../../jobs/service-command.ts';

export const run: Handler = async (context) => {
  const opened = await context.open({ live: true });
  const manager = context.manager();
  const name = await ownServiceName(context, manager, opened);
  const plan = await manager.plan(name, { kind: 'uninstall' });
  await manager.apply(plan.steps);
  const { stateDir, workspace } = opened.instance;
  const kept = [stateDir.value, workspace.value];
  const nothing = plan.result === 'up-to-date';
  return lifecycleOutcome(
    { manager, name, view: await manager.status(name) },
    {
      action: 'uninstall',
      result: 'uninstalled',
      message: nothing ? `${name} is not installed; nothing to do.` : `${name} is stopped and removed.`,
      hints: [`Kept: ${kept.join(', ')}`],
      kept,
    },
  );
};
