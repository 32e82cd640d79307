import { SCHEMA_VERSION, type TopLine, type TopRow } from '@polygate/core';
import type { InstanceReport } from '@polygate/core/supervise';
import { type GroupUsage, groupUsage } from '@polygate/host';
import type { Handler } from '../command.ts';
import { numberOption } from '../jobs/number-option.ts';
import { withSupervisor } from '../jobs/supervise/ask.ts';
import { span } from '../jobs/supervise/rows.ts';
import { verdictText } from '../output/instances.ts';
import { repaint } from '../output/repaint.ts';
import { table } from '../output/table.ts';

interface Look {
  at: number;
  groups: ReadonlyMap<number, GroupUsage>;
}

export const run: Handler = (context, options) => {
  const count = options.count === undefined ? Number.POSITIVE_INFINITY : numberOption('--count', options.count, 1);
  const intervalMs = numberOption('--interval', options.interval, 2_000);
  const { clock } = context.host;
  return withSupervisor(context, async (connection) => {
    let over = false;
    void connection.closed.then(() => (over = true));
    // A share of the processor is that of a span of time: the first look is only its beginning.
    let before: Look = { at: performance.now(), groups: groupUsage() };
    for (let n = 0; n < count && !over; n += 1) {
      await clock.sleep(Math.min(intervalMs, n === 0 ? 500 : intervalMs));
      if (over) break;
      const now: Look = { at: performance.now(), groups: groupUsage() };
      const instances = (await connection.ask('list', {})).map((report) => topRow(report, before, now, clock.now()));
      before = now;
      const time = new Date(clock.now()).toISOString();
      const line: TopLine = { ok: true, schemaVersion: SCHEMA_VERSION, time, instances };
      if (context.globals.json) context.emit(JSON.stringify(line));
      else repaint(topText(instances));
    }
    return {};
  });
};

function topRow(report: InstanceReport, before: Look, now: Look, wallClock: number): TopRow {
  const { id, verdict, pid, restarts, up, probes } = report;
  const [was, is] = [before, now].map(({ groups }) => (pid === null ? undefined : groups.get(pid)));
  const used = was && is ? Math.max(0, is.cpuMs - was.cpuMs) : undefined;
  return {
    ...{ id, verdict, pid },
    cpuPercent: used === undefined ? null : Math.round((used / (now.at - before.at)) * 1000) / 10,
    memoryBytes: is?.memoryBytes ?? null,
    restarts,
    probeMs: probes.liveness?.ms ?? probes.readiness?.ms ?? probes.startup?.ms ?? null,
    uptimeMs: up.value ? Math.max(0, wallClock - up.since) : null,
  };
}

function topText(rows: readonly TopRow[]): string {
  const cells = rows.map(({ id, verdict, pid, cpuPercent, memoryBytes, restarts, probeMs, uptimeMs }) => [
    id,
    verdictText(verdict),
    pid === null ? '-' : String(pid),
    cpuPercent === null ? '-' : cpuPercent.toFixed(1),
    memoryBytes === null ? '-' : `${Math.round(memoryBytes / 1024 / 1024)} MiB`,
    uptimeMs === null ? '-' : span(uptimeMs),
    String(restarts),
    probeMs === null ? '-' : `${Math.round(probeMs)} ms`,
  ]);
  return table(['INSTANCE', 'VERDICT', 'PID', 'CPU %', 'MEMORY', 'UP', 'RESTARTS', 'PROBE'], cells);
}
