import type { Supervised, SupervisedRow, SupervisorProcess } from '@polygate/core';
import type { InstanceReport } from '@polygate/core/supervise';
import type { Hello } from '@polygate/supervisor/control';
import { verdictText } from '../../output/instances.ts';
import { table } from '../../output/table.ts';

/** What the supervisor tells of an instance, as a row of a document. */
export function supervisedRow(report: InstanceReport): SupervisedRow {
  const { instance, verdict, reason, pid } = report;
  return { ...instance, verdict, reason, pid, supervised: supervisedPart(report) };
}

export function supervisedPart(report: InstanceReport): Supervised {
  const { state, wanted, up, ready, paused, incarnation, restarts, stopRequests, retryAt, adopted } = report;
  return {
    ...{ state, wanted, up, ready, paused, incarnation, restarts, stopRequests },
    deaths: report.deaths.map(({ at, code, signal, uptimeMs, lastLine, by }) => ({ at, code, signal, uptimeMs, lastLine, by })),
    ...{ retryAt, adopted },
    probes: {
      startup: probePart(report.probes.startup),
      readiness: probePart(report.probes.readiness),
      liveness: probePart(report.probes.liveness),
    },
    notes: [...report.notes],
  };
}

function probePart(probe: InstanceReport['probes']['startup']): Supervised['probes']['startup'] {
  if (!probe) return null;
  const { ok, at, count, detail, ms } = probe;
  return { ok, at, count, detail, ms };
}

export const supervisorProcess = ({ pid, version, startedAt }: Hello): SupervisorProcess => ({ pid, version, startedAt });

/** Instances as `ps` shows them to people. `now` in milliseconds since 1970. */
export function supervisedTable(rows: readonly SupervisedRow[], now: number): string {
  if (rows.length === 0) return 'No instances.';
  const cells = rows.map(({ id, verdict, pid, ports, supervised, reason }) => [
    id,
    verdictText(verdict),
    pid === null ? '-' : String(pid),
    String(ports.gateway),
    supervised.up.value ? span(now - supervised.up.since) : '-',
    String(supervised.restarts),
    noteOf(supervised, reason, now),
  ]);
  return table(['INSTANCE', 'VERDICT', 'PID', 'PORT', 'UP', 'RESTARTS', 'NOTE'], cells);
}

function noteOf({ retryAt, ready, notes }: Supervised, reason: string | null, now: number): string {
  const retry = retryAt === null ? undefined : `tried again in ${span(Math.max(0, retryAt - now))}`;
  const why = ready.value ? undefined : (reason ?? undefined);
  return [why, retry, ...notes].filter(Boolean).join('; ');
}

/** `12 s`, `5 min`, `3 h`, `4 d`. */
export function span(ms: number): string {
  const s = Math.floor(ms / 1000);
  if (s < 120) return `${s} s`;
  if (s < 7_200) return `${Math.floor(s / 60)} min`;
  return s < 172_800 ? `${Math.floor(s / 3_600)} h` : `${Math.floor(s / 86_400)} d`;
}
