import { type InstanceSettings, Problem } from '@polygate/core';
import { superviseOf } from '@polygate/core/generation';
import { type SupervisionSettings, supervisionFrom } from '@polygate/core/supervise';
import type { OpenInstance, ServiceManager } from '@polygate/host';
import type { Context } from '../context.ts';
import { type Findings, gather } from './status/facts.ts';
import { lastError } from './status/last-error.ts';
import type { TargetOptions } from './target.ts';

const START_BUDGET_MS = 30_000;
/** A process that came up in this time, and still is the same, starts slowly; one that is younger has died before. */
const STEADY_MS = START_BUDGET_MS / 2;
const POLL_MS = 60;
/** Verdicts that waiting does not mend. */
const FINAL = new Set(['parked', 'crash-looping', 'misconfigured', 'wrong-instance', 'port-foreign', 'unauthorized']);

/**
 * Waits until the service's own new process owns the port and answers hello with this state directory: only then did a
 * start succeed. `notPid` is the process that is being replaced; `asked` is where and with which secret it is asked, when
 * the config does not say. Gateways of other makes may need minutes for their first start: one whose process lives on has as long
 * as the supervisor would give it. Gives the pid of the service.
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
  const began = clock.now();
  for (;;) {
    const opened = await context.open({ live: true, port: asked.port });
    const findings = await gather(context, opened, asked, manager, {
      probe: true,
      timeoutMs: 5_000,
      service: name,
    });
    const { judgement, service } = findings;
    const pid = service?.view?.pid;
    const owns = pid !== undefined && findings.owners.has(pid);
    if (judgement.verdict === 'healthy' && pid !== undefined && pid !== notPid && owns) return { pid, opened };
    const isAdrift = findings.stateDirGone || findings.detached;
    const isSlow = opened.settings?.program !== 'reference' && (findings.process?.ageMs ?? 0) >= STEADY_MS;
    const isLate = clock.now() >= began + (isSlow ? slowStartMs(opened) : START_BUDGET_MS);
    if (isLate || FINAL.has(judgement.verdict) || (isAdrift && judgement.verdict === 'degraded')) {
      throw await unhealthy(context, name, findings, notPid);
    }
    await clock.sleep(POLL_MS);
  }
}

function slowStartMs({ instance, settings }: OpenInstance): number {
  const pack = superviseOf(instance.pack) as SupervisionSettings | undefined;
  const { startup } = supervisionFrom({ pack, instance: settings as InstanceSettings | undefined }).probes;
  return Math.max(START_BUDGET_MS, startup === null ? 0 : startup.periodMs * startup.failureThreshold);
}

/** Why a service is not well, by its own words where they tell more, and what to type where more than looking helps. */
async function unhealthy(
  { host }: Context,
  name: string,
  findings: Findings,
  notPid: number | undefined,
): Promise<Problem<'SERVICE_NOT_HEALTHY'>> {
  const { verdict, reason: judged } = findings.judgement;
  const cannotStart = verdict === 'misconfigured' && findings.stateDirGone;
  const said = cannotStart ? undefined : await lastError(host, findings);
  const reason = said ?? (verdict === 'healthy' ? 'another process than the service answers' : judged);
  const isOutdated = notPid === undefined && (findings.stateDirGone || findings.detached || verdict === 'unauthorized');
  const next = cannotStart ? 'gateway install' : isOutdated ? 'gateway restart' : undefined;
  return new Problem('SERVICE_NOT_HEALTHY', { name, verdict, reason, ...(next === undefined ? {} : { next }) });
}
