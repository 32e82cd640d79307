import { Problem } from '@polygate/core';
import type { OpenInstance, ServiceManager } from '@polygate/host';
import type { Context } from '../context.ts';
import { gather } from './status/facts.ts';
import { lastError } from './status/last-error.ts';
import { resolveTarget, type TargetOptions } from './target.ts';

const START_BUDGET_MS = 30_000;
const POLL_MS = 60;
/** Verdicts that waiting does not mend. */
const FINAL = new Set(['parked', 'crash-looping', 'misconfigured', 'wrong-instance', 'port-foreign', 'unauthorized']);

/**
 * Waits until the service's own new process owns the port and answers hello with this state directory: only then did a
 * start succeed. `notPid` is the process that is being replaced; `asked` is where and with which secret it is asked, when
 * the config does not say. Gives the pid of the service.
 * @throws Problem SERVICE_NOT_HEALTHY with the last error line
 */
export async function untilHealthy(
  context: Context,
  manager: ServiceManager,
  name: string,
  notPid?: number,
  asked: TargetOptions & { port?: string | undefined } = {},
): Promise<{ pid: number; opened: OpenInstance }> {
  const { clock } = context.host;
  const end = clock.now() + START_BUDGET_MS;
  for (;;) {
    const opened = await context.open({ live: true, port: asked.port });
    const findings = await gather(context, opened, resolveTarget(context, opened, asked), manager, {
      probe: true,
      timeoutMs: 5_000,
      service: name,
    });
    const { judgement, service } = findings;
    const pid = service?.view?.pid;
    const owns = pid !== undefined && findings.owners.has(pid);
    if (judgement.verdict === 'healthy' && pid !== undefined && pid !== notPid && owns) return { pid, opened };
    if (clock.now() >= end || FINAL.has(judgement.verdict)) {
      const said = await lastError(context.host, findings);
      const reason = said ?? (judgement.verdict === 'healthy' ? 'another process than the service answers' : judgement.reason);
      throw new Problem('SERVICE_NOT_HEALTHY', { name, verdict: judgement.verdict, reason });
    }
    await clock.sleep(POLL_MS);
  }
}
