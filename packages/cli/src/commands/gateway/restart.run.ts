import type { Handler } from '../../command.ts';
import { ownServiceName } from '../../jobs/service.ts';
import { lifecycleOutcome } from '../../jobs/service-command.ts';
import { untilHealthy } from '../../jobs/until-healthy.ts';

export const run: Handler = async (context) => {
  const manager = context.manager();
  const name = await ownServiceName(context, manager, await context.open({ live: true }));
  const before = await manager.status(name);
  const plan = await manager.plan(name, { kind: 'restart' });
  await manager.apply(plan.steps);
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
