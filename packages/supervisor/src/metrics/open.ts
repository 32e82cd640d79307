import { type InstanceReport, PROBE_ROLES } from '@polygate/core/supervise';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Fleet } from '../fleet.ts';

export interface Metrics {
  /** In the text format of Prometheus. */
  render(): Promise<string>;
  close(): void;
}

/** Probes are looked at so often: no instance is asked more often by default, and each answer is counted once. */
const LOOK_MS = 1_000;
/** Seconds. A gateway of this machine answers within milliseconds; a probe is given up after seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts what happens in a fleet from now on. */
export function openMetrics(fleet: Fleet, version: string): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const gauge = (name: string, help: string, labels: string[] = ['instance']) =>
    new Gauge({ name: `polygate_${name}`, help, labelNames: labels, registers });
  const up = gauge('up', 'A process of the instance runs (1) or not (0)');
  const ready = gauge('ready', 'The instance is of use now (1) or not (0)');
  const wanted = gauge('wanted', 'The instance shall run (1) or not (0)');
  const verdict = gauge('verdict', 'The verdict on the instance: 1 for the one that holds', ['instance', 'verdict']);
  const info = gauge('supervisor_info', 'The supervisor: always 1', ['version']);
  const restarts = new Counter({
    name: 'polygate_restarts_total',
    help: 'Processes that took the place of one that had ended',
    labelNames: ['instance'],
    registers,
  });
  const deaths = new Counter({
    name: 'polygate_deaths_total',
    help: 'Processes that ended, by why: the code, the signal, or what the supervisor ended them for',
    labelNames: ['instance', 'reason'],
    registers,
  });
  const probes = new Histogram({
    name: 'polygate_probe_seconds',
    help: 'How long probes took',
    labelNames: ['instance', 'probe', 'ok'],
    buckets: BUCKETS,
    registers,
  });
  info.set({ version }, 1);
  const seen = new Map<string, number>();
  const look = () => {
    for (const report of fleet.reports()) {
      countDeaths(report, seen, (reason) => deaths.inc({ instance: report.id, reason }));
      for (const role of PROBE_ROLES) {
        const { at, ms, ok } = report.probes[role] ?? { at: null, ms: null, ok: null };
        const key = `${report.id} ${role}`;
        if (at === null || ms === null || at <= (seen.get(key) ?? 0)) continue;
        seen.set(key, at);
        probes.observe({ instance: report.id, probe: role, ok: String(ok) }, ms / 1000);
      }
    }
  };
  look();
  const silence = fleet.listen(look);
  const timer = setInterval(look, LOOK_MS).unref();
  return {
    render() {
      look();
      // What is no longer looked after is no longer told of.
      for (const one of [up, ready, wanted, verdict, restarts]) one.reset();
      for (const { id: instance, ...report } of fleet.reports()) {
        up.set({ instance }, Number(report.up.value));
        ready.set({ instance }, Number(report.ready.value));
        wanted.set({ instance }, Number(report.wanted.value));
        verdict.set({ instance, verdict: report.verdict }, 1);
        restarts.inc({ instance }, report.restarts);
      }
      return registry.metrics();
    },
    close() {
      silence();
      clearInterval(timer);
    },
  };
}

/** Counts every death once, by its time. Few reasons: each is a time series of its own. */
function countDeaths({ id, deaths }: InstanceReport, seen: Map<string, number>, count: (reason: string) => void): void {
  const key = `${id} deaths`;
  const last = seen.get(key) ?? 0;
  for (const { at, by, signal, code } of deaths) {
    if (at <= last) continue;
    seen.set(key, at);
    const word = by === null ? undefined : /^[a-z-]+/i.exec(by)?.[0];
    count(word ?? signal ?? (code === null ? 'unknown' : `exit-${code}`));
  }
}
