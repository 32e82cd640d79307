import type { Handler } from '../../command.ts';
import { ownServiceName } from '../../jobs/service.ts';
import { lifecycleOutcome } from '../../jobs/service-command.ts';
import { untilHealthy } from '../../jobs/until-healthy.ts';

export const run: Handler = async (context) => {
  const manager = context.manager();
  const name = await ownServiceName(context, manager, await context.open({ live: true }));
  const plan = await manager.plan(name, { kind: 'start' });
  await manager.apply(plan.steps);
  const { pid } = await untilHealthy(context, manager, name);
  return lifecycleOutcome(
    { manager, name, view: await manager.status(name) },
    {
      action: 'start',
      result: 'started',
      message:
        plan.result === 'up-to-date' ? `${name} runs already (pid ${pid}).` : `${name} is started and answers (pid ${pid}).`,
      pid,
    },
  );
};
