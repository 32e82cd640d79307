import { Problem } from '@polygate/core';
import { upkeep } from '@polygate/core/status';
import type { OpenInstance, ServiceManager } from '@polygate/host';
import type { Context } from '../context.ts';
import { carryOut } from './carry-out.ts';
import { type Findings, gather } from './status/facts.ts';
import { lastError } from './status/last-error.ts';
import { untilHealthy } from './until-healthy.ts';

/** A service that answers for its instance, and what had to be done for it. */
export interface Kept {
  pid: number;
  opened: OpenInstance;
  /** undefined: nothing, it was well. */
  did: string | undefined;
}

const PROBE_MS = 5_000;

/**
 * Makes sure that the service of a definition that is in place runs and answers for this very instance: one that is well is left
 * alone, one that does not run is started, one that runs by what is no longer on disk is restarted.
 * @throws Problem SERVICE_NOT_HEALTHY or GATEWAY_ALREADY_RUNNING
 */
export async function keepUp(
  context: Context,
  manager: ServiceManager,
  { name }: { name: string },
  { force }: { force: boolean },
): Promise<Kept> {
  const asIs = await context.open({ live: true });
  const findings = await gather(context, asIs, {}, manager, { probe: true, timeoutMs: PROBE_MS, service: name });
  const { opened, service, owners, judgement } = findings;
  const { verdict, reason } = judgement;
  const view = service?.view;
  const owns = view?.pid !== undefined && owners.has(view.pid);
  const todo = upkeep({
    ...{ verdict, manager: view, owns, force },
    stranger: await isStranger(context, findings),
    adrift: findings.stateDirGone || findings.detached,
  });
  switch (todo) {
    case 'nothing':
      return { pid: view?.pid as number, opened, did: undefined };
    case 'stranger':
      throw strangerProblem(opened, findings);
    case 'refuse': {
      const next = verdict === 'port-foreign' ? undefined : 'gateway restart';
      throw new Problem('SERVICE_NOT_HEALTHY', {
        ...{ name, verdict, reason: (await lastError(context.host, findings)) ?? reason },
        ...(next === undefined ? {} : { next }),
      });
    }
    case 'wait':
      return { ...(await untilHealthy(context, manager, name)), did: undefined };
    default: {
      const { steps } = await manager.plan(name, { kind: todo });
      // An account whose manager sleeps has to have it woken first.
      await carryOut(context, manager, name, [...(todo === 'start' ? await manager.prepare() : []), ...steps]);
      const { pid, opened: now } = await untilHealthy(context, manager, name, view?.pid);
      const did =
        todo === 'start' ? `it did not run, and is started (pid ${pid}).` : `it was restarted (pid ${pid}), because: ${reason}.`;
      return { pid, opened: now, did };
    }
  }
}

/** The gateway that holds the state directory was not started by the service, which could not run beside it. */
async function isStranger({ host }: Context, { opened: { lock }, service }: Findings): Promise<boolean> {
  if (!lock) return false;
  const own = service?.view?.pid;
  if (own === undefined) return true;
  return lock.pid !== own && (await host.processes.info(lock.pid))?.ppid !== own;
}

function strangerProblem({ instance, lock }: OpenInstance, { listeners = [] }: Findings): Problem {
  const pid = lock?.pid ?? listeners[0]?.pid ?? 0;
  return new Problem('GATEWAY_ALREADY_RUNNING', {
    ...{ stateDir: instance.stateDir.value, pid, by: 'state directory' as const },
    port: lock?.port ?? instance.port.value,
  });
}
