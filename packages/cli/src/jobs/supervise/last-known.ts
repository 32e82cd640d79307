import type { InstanceReport } from '@polygate/core/supervise';
import type { Context } from '../../context.ts';
import { lastReports } from './last-state.ts';

/** What the last supervisor wrote down, with every process looked up: what is gone meanwhile does not run. */
export async function lastKnown(context: Context): Promise<InstanceReport[]> {
  return Promise.all((await lastReports(context)).map((report) => lookedUp(context, report)));
}

async function lookedUp({ host }: Context, report: InstanceReport): Promise<InstanceReport> {
  const { pid, stamp, up, wanted, state } = report;
  const alive = pid !== null && stamp !== null && (await host.processes.info(pid))?.stamp === stamp;
  const no = (fact: InstanceReport['up']) => ({ value: false, since: fact.since });
  if (alive) return { ...report, ready: no(report.ready), verdict: 'unknown', reason: 'it runs; nobody looks after it now' };
  const parked = state === 'parked';
  return {
    ...report,
    ...{ pid: null, stamp: null, up: no(up), ready: no(report.ready), retryAt: null, wanted },
    state: parked ? state : 'down',
    verdict: parked ? 'parked' : 'stopped',
    reason: parked ? report.reason : 'no supervisor runs',
  };
}
