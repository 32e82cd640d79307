import type { Judgement } from '@polygate/core';
import type { InstanceReport } from '@polygate/core/supervise';
import type { OpenInstance } from '@polygate/host';
import { reportExit } from '../supervise/exit-of.ts';
import { span } from '../supervise/rows.ts';

/** Of two with one name, the one that the supervisor means. */
export function isSame({ instance }: InstanceReport, opened: OpenInstance): boolean {
  return [opened.canonicalStateDir, opened.instance.stateDir.value].includes(instance.stateDir);
}

/**
 * Where nothing runs, the supervisor knows why, and whether it will again. It also knows how long a start of this make may take,
 * and ends one that takes longer: until then what does not answer is starting.
 */
export function withSupervisor(seen: Judgement, report: InstanceReport): Judgement {
  const { wanted, verdict, reason } = report;
  const isUnderWay = seen.verdict === 'unresponsive' && verdict === 'starting';
  if (!wanted.value || !(isUnderWay || ['stopped', 'not-installed'].includes(seen.verdict))) return seen;
  return { verdict, exitCode: reportExit(report), reason: reason ?? `the supervisor is at it (${report.state})` };
}

/** The supervisor's view, for people. */
export function supervisedLine({ state, restarts, deaths, retryAt }: InstanceReport, now: number): string {
  const last = deaths.at(-1);
  const died = last ? `, last ended ${span(now - last.at)} ago (${last.signal ?? `code ${last.code ?? 'unknown'}`})` : '';
  const retry = retryAt === null ? '' : `, tried again in ${span(Math.max(0, retryAt - now))}`;
  return `Supervisor:   ${state}, ${restarts} restarts${died}${retry}`;
}
