import type { Handler } from '../../command.ts';
import { carryOut } from '../../jobs/carry-out.ts';
import { ownServiceName } from '../../jobs/service.ts';
import { lifecycleOutcome } from '../../jobs/service-command.ts';
import { foundScope } from '../../jobs/service-scope.ts';
import { changeSupervised } from '../../jobs/supervise/instead.ts';
import { untilHealthy } from '../../jobs/until-healthy.ts';

export const run: Handler = async (asked, options) => {
  const supervised = await changeSupervised(asked, options, 'start');
  if (supervised) return supervised;
  const { context, manager } = await foundScope(asked, options, 'gateway start');
  const name = await ownServiceName(context, manager, await context.open({ live: true }));
  const plan = await manager.plan(name, { kind: 'start' });
  await carryOut(context, manager, name, plan.steps);
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
