import { isProblem, Problem, type Step } from '@polygate/core';
import { explainSystemdResources, explainSystemdTimeout } from '@polygate/core/service';
import type { Applied, ServiceManager } from '@polygate/host';
import type { Context } from '../context.ts';
import { gather } from './status/facts.ts';
import { lastError } from './status/last-error.ts';

/** A service has these many milliseconds for another command on it to end: an install waits for a gateway to start. */
const LOCK_WAIT_MS = 60_000;

/** Runs `body` while no other command changes the same service. @throws Problem LOCK_HELD */
export async function alone<T>(context: Context, manager: ServiceManager, name: string, body: () => Promise<T>): Promise<T> {
  const { host } = context;
  const { folders } = await context.world();
  const path = host.paths.join(manager.folder?.run ?? folders.state, 'services', `${manager.id}-${name}`);
  await host.files.makeDir(host.paths.dirname(path), 0o700);
  return host.locks.hold(path, `the service ${name}`, body, LOCK_WAIT_MS);
}

/** Applies a plan. A service that could not be brought up is told by what it said itself, not by its manager's words. */
export async function carryOut(
  context: Context,
  manager: ServiceManager,
  name: string,
  steps: readonly Step[],
): Promise<Applied> {
  const beganMs = context.host.clock.now();
  try {
    return await manager.apply(steps);
  } catch (error) {
    if (!isProblem(error, 'MANAGER_FAILED') || !isStart(steps, error.params.command)) throw error;
    const opened = await context.open({ live: true });
    const findings = await gather(context, opened, {}, manager, {
      probe: true,
      timeoutMs: 5_000,
    });
    const { verdict } = findings.judgement;
    const view = findings.service?.view;
    if (view?.obstacle === 'bad-definition') {
      const path = findings.service?.inspection.path ?? '';
      throw new Problem('SERVICE_BROKEN', { name, path, reason: view.why ?? error.params.reason }, { cause: error });
    }
    if (verdict === 'misconfigured' && findings.stateDirGone) {
      const { reason } = findings.judgement;
      throw new Problem('SERVICE_NOT_HEALTHY', { name, verdict, reason, next: 'gateway install' }, { cause: error });
    }
    const said = error.params.reason;
    // A service that was put back to nothing has no run any more whose beginning could be asked for.
    const own = await lastError(context.host, findings, beganMs);
    const reason = explainSystemdResources(said) ?? own ?? explainSystemdTimeout(said) ?? said;
    // What still runs, or does not, is not what was asked for.
    const word = ['not-installed', 'stopped', 'healthy'].includes(verdict) ? 'not started' : verdict;
    throw new Problem('SERVICE_NOT_HEALTHY', { name, verdict: word, reason }, { cause: error });
  }
}

const isStart = (steps: readonly Step[], command: string) =>
  steps.some((step) => step.do === 'run' && step.starts && step.argv.join(' ') === command);
