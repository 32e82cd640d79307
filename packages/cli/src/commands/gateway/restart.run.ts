import type { Handler } from '../../command.ts';
import { carryOut } from '../../jobs/carry-out.ts';
import { ownServiceName } from '../../jobs/service.ts';
import { lifecycleOutcome } from '../../jobs/service-command.ts';
import { foundScope } from '../../jobs/service-scope.ts';
import { changeSupervised } from '../../jobs/supervise/instead.ts';
import { untilHealthy } from '../../jobs/until-healthy.ts';

export const run: Handler = async (asked, options) => {
  const supervised = await changeSupervised(asked, options, 'restart');
  if (supervised) return supervised;
  const { context, manager } = await foundScope(asked, options, 'gateway restart');
  const name = await ownServiceName(context, manager, await context.open({ live: true }));
  const before = await manager.status(name);
  const plan = await manager.plan(name, { kind: 'restart' });
  await carryOut(context, manager, name, plan.steps);
  const { pid } = await untilHealthy(context, manager, name, before?.pid);
  return lifecycleOutcome(
    { manager, name, view: await manager.status(name) },
    {
      action: 'restart',
      result: 'restarted',
      message: `${name} is restarted and answers (pid ${pid}${before?.pid === undefined ? '' : `, before ${before.pid}`}).`,
      pid,
    },
  );
};
