// TEMPORARY SEAM: replaced by the engine.

import { readFileSync, writeFileSync } from 'node:fs';
import { gatewayUrl } from '@polygate/core';
import type { InstanceReport, InstanceSpec, SupervisorEvent, supervise } from '@polygate/core/supervise';
import type { Clock } from '@polygate/host';
import type { AppliedSpecs, Fleet } from './fleet.ts';
import { Supervisor } from './supervisor.ts';
import { untilChallenged } from './until-ready.ts';

export async function createFleet(options: { clock: Clock; folder: string; version: string }): Promise<Fleet> {
  const { clock } = options;
  const kids = new Map<string, { spec: InstanceSpec; sup: Supervisor; wanted: boolean }>();
  const listeners = new Set<(e: SupervisorEvent, r: InstanceReport) => void>();
  const stops = new Map<string, number>();
  const file = `${options.folder}/state.json`;
  const unwanted = new Set<string>();
  try {
    for (const i of JSON.parse(readFileSync(file, 'utf8')).instances) if (!i.wanted.value) unwanted.add(i.id);
  } catch {}
  const save = () =>
    writeFileSync(file, JSON.stringify({ version: 1, supervisor: { pid: process.pid }, instances: fleet.reports() }), {
      mode: 0o600,
    });
  const report = (id: string): InstanceReport => {
    const { spec, sup, wanted } = kids.get(id) as { spec: InstanceSpec; sup: Supervisor; wanted: boolean };
    const c = sup.get(id) as supervise.Child;
    const fact = (value: boolean) => ({ value, since: c.since });
    return {
      id,
      state: c.state,
      wanted: fact(wanted),
      up: fact(c.pid !== null),
      ready: fact(c.state === 'ready'),
      paused: fact(false),
      pid: c.pid,
      stamp: null,
      adopted: false,
      instance: spec.document,
      incarnation: c.incarnation,
      stopRequests: stops.get(id) ?? 0,
      restarts: Math.max(0, c.incarnation - 1),
      deaths: c.deaths.map((d) => ({ ...d, lastLine: null, by: null })),
      reason: c.reason,
      retryAt: null,
      probes: { startup: null, readiness: null, liveness: null },
      verdict: c.state === 'ready' ? 'healthy' : c.state === 'parked' ? 'parked' : c.state === 'down' ? 'stopped' : 'starting',
      notes: [],
    };
  };
  const make = (spec: InstanceSpec) =>
    new Supervisor(
      [
        {
          ...spec,
          outputPath: spec.output.path,
          untilReady: (s) => untilChallenged(gatewayUrl(spec.target.host, spec.target.port), s),
        },
      ],
      {
        clock,
        policy: spec.restart,
        stopBudgetMs: spec.stop.budgetMs,
        onChange: (id, child, before) => {
          const tell = (event: string, message: string) => {
            const e = { at: clock.now(), id, event, message, pid: child.pid };
            for (const l of listeners) l(e, report(id));
          };
          if (!kids.has(id)) return;
          save();
          const d =
            child.deaths.length > before.deaths.length || child.deaths.at(-1) !== before.deaths.at(-1)
              ? child.deaths.at(-1)
              : undefined;
          if (d && child.state !== 'down')
            tell(
              'died',
              `${d.signal ? `was ended by ${d.signal}` : `ended with code ${d.code}`}${child.state === 'starting' ? '; starting it again' : ''}`,
            );
          if (child.state === 'parked' && before.state !== 'parked') tell('parked', `is parked: ${child.reason}`);
          if (child.pid !== null && before.pid === null) tell('started', `started, pid ${child.pid}`);
          if (child.state === 'ready' && before.state !== 'ready') tell('ready', 'is ready');
          if (child.state === 'stopping' && before.state !== 'stopping') tell('stopping', 'is asked to stop');
          if (child.state === 'down' && before.state === 'stopping') tell('stopped', 'is stopped');
        },
      },
    );
  const need = (id: string) => kids.get(id) as { spec: InstanceSpec; sup: Supervisor; wanted: boolean };
  const fleet: Fleet = {
    async apply(specs) {
      const result: AppliedSpecs = { added: [], removed: [], restarted: [], adjusted: [] };
      for (const id of [...kids.keys()])
        if (!specs.some((s) => s.id === id)) {
          await need(id).sup.stop();
          kids.delete(id);
          result.removed.push(id);
        }
      for (const spec of specs) {
        const old = kids.get(spec.id);
        if (!old) {
          kids.set(spec.id, { spec, sup: make(spec), wanted: !unwanted.has(spec.id) });
          if (need(spec.id).wanted) need(spec.id).sup.start();
          result.added.push(spec.id);
        } else if (JSON.stringify([old.spec.argv, old.spec.env]) !== JSON.stringify([spec.argv, spec.env])) {
          await old.sup.stop();
          kids.set(spec.id, { spec, sup: make(spec), wanted: old.wanted });
          if (old.wanted) need(spec.id).sup.start();
          result.restarted.push(spec.id);
        } else if (JSON.stringify(old.spec) !== JSON.stringify(spec)) {
          old.spec = spec;
          result.adjusted.push(spec.id);
        }
      }
      save();
      return result;
    },
    async start(ids) {
      for (const id of ids) {
        need(id).wanted = true;
        need(id).sup.start();
      }
      save();
    },
    async stop(ids) {
      await Promise.all(
        ids.map((id) => {
          need(id).wanted = false;
          stops.set(id, (stops.get(id) ?? 0) + 1);
          return need(id).sup.stop();
        }),
      );
      save();
    },
    async restart(ids, { rolling }) {
      const one = async (id: string) => {
        await need(id).sup.stop();
        need(id).wanted = true;
        need(id).sup.start();
        while (rolling && need(id).sup.get(id)?.state !== 'ready') await clock.sleep(20);
      };
      if (rolling) for (const id of ids) await one(id);
      else await Promise.all(ids.map(one));
    },
    reports: () => [...kids.keys()].map(report),
    listen(l) {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    async close(children) {
      if (children === 'stop') await Promise.all([...kids.values()].map((k) => k.sup.stop()));
      save();
    },
  };
  return fleet;
}
