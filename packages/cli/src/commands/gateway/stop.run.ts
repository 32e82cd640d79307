import { Problem } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { managerIfAny } from '../../jobs/describe.ts';
import { endProcess } from '../../jobs/end-process.ts';
import { ownServiceName } from '../../jobs/service.ts';
import { lifecycleOutcome } from '../../jobs/service-command.ts';

export const run: Handler = async (context, { force }) => {
  const manager = managerIfAny(context);
  const opened = await context.open({ live: true });
  const name = manager && (await ownServiceName(context, manager, opened));
  // A host whose manager cannot be asked may still have a gateway in the foreground.
  const view = manager && name ? await manager.status(name) : undefined;
  const plan = manager && name && view ? await manager.plan(name, { kind: 'stop' }) : undefined;
  if (manager && plan) await manager.apply(plan.steps);

  const survivor = (await context.open({ live: true })).lock;
  if (survivor && !force)
    throw new Problem('GATEWAY_STILL_RUNNING', { pid: survivor.pid, port: survivor.port ?? opened.instance.port.value });
  if (survivor) await endProcess(context.host, survivor, (line) => context.progress(line));
  const stopped = survivor !== undefined || plan?.result === 'apply';
  const message = stopped ? `${opened.instance.id} is stopped.` : `${opened.instance.id} is not running; nothing to do.`;
  const result = stopped ? 'stopped' : 'not-loaded';
  const service = manager && name ? { manager, name, view: await manager.status(name) } : undefined;
  return lifecycleOutcome(service, { action: 'stop', result, message });
};
