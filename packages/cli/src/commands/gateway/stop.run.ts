import { Problem } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { askToEndByCall } from '../../jobs/ask-to-end.ts';
import { endProcess } from '../../jobs/end-process.ts';
import { ownServiceName } from '../../jobs/service.ts';
import { lifecycleOutcome } from '../../jobs/service-command.ts';
import { foundScope } from '../../jobs/service-scope.ts';
import { stopSupervised } from '../../jobs/supervise/instead.ts';

export const run: Handler = async (asked, options) => {
  const { force } = options;
  const unsupervised = await stopSupervised(asked, options);
  const { context, manager } = await foundScope(asked, options, 'gateway stop');
  const opened = await context.open({ live: true });
  const name = await ownServiceName(context, manager, opened);
  // A host whose manager cannot be asked may still have a gateway in the foreground.
  const view = await manager.status(name);
  const plan = view ? await manager.plan(name, { kind: 'stop' }) : undefined;
  if (plan) await manager.apply(plan.steps);

  const live = await context.open({ live: true });
  const survivor = live.lock;
  if (survivor && !force)
    throw new Problem('GATEWAY_STILL_RUNNING', { pid: survivor.pid, port: survivor.port ?? opened.instance.port.value });
  if (survivor) {
    const ask = () => askToEndByCall(context, live);
    await endProcess(context.host, survivor, { tell: (line) => context.progress(line), ask });
  }
  const stopped = unsupervised || survivor !== undefined || plan?.result === 'apply';
  const message = stopped ? `${opened.instance.id} is stopped.` : `${opened.instance.id} is not running; nothing to do.`;
  const result = stopped ? 'stopped' : 'not-loaded';
  return lifecycleOutcome({ manager, name, view: await manager.status(name) }, { action: 'stop', result, message });
};
