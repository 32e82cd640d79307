import { isProblem, Problem } from '@polygate/core';
import type { Handler, Options } from '../../command.ts';
import type { Context } from '../../context.ts';
import { endProcess } from '../../jobs/end-process.ts';
import { ownServiceName } from '../../jobs/service.ts';
import { lifecycleOutcome } from '../../jobs/service-command.ts';
import { foundScope, type ServiceScope } from '../../jobs/service-scope.ts';
import { stopSupervised } from '../../jobs/supervise/instead.ts';

export const run: Handler = async (asked, options) => {
  const { force } = options;
  const unsupervised = await stopSupervised(asked, options);
  const { context, manager } = await scopeIfAny(asked, options);
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
  const stopped = unsupervised || survivor !== undefined || plan?.result === 'apply';
  const message = stopped ? `${opened.instance.id} is stopped.` : `${opened.instance.id} is not running; nothing to do.`;
  const result = stopped ? 'stopped' : 'not-loaded';
  const service = manager && name ? { manager, name, view: await manager.status(name) } : undefined;
  return lifecycleOutcome(service, { action: 'stop', result, message });
};

/** A host without a service manager may still have a gateway to stop. */
async function scopeIfAny(
  context: Context,
  options: Options,
): Promise<Pick<ServiceScope, 'context'> & Partial<Pick<ServiceScope, 'manager'>>> {
  try {
    return await foundScope(context, options, 'gateway stop');
  } catch (error) {
    if (isProblem(error, 'MANAGER_MISSING')) return { context };
    throw error;
  }
}
