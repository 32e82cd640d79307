import path from 'node:path';
import {
  dependentsOf,
  type InstanceReport,
  type InstanceSpec,
  NEW_CHILD,
  restore,
  type SavedInstance,
  type SupervisorEvent,
  startOrder,
  unmet,
} from '@polygate/core/supervise';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import type { Host } from '@polygate/host';
import { findProcess } from './adopt/find.ts';
import { findMarked } from './adopt/marked.ts';
import { sweeper } from './adopt/sweeper.ts';
import { watchAdopted } from './adopt/watch-adopted.ts';
import { announcer } from './engine/announcer.ts';
import type { Engine } from './engine/engine.ts';
import { rollOver } from './engine/roll-over.ts';
import { makePrivateFolder, openStateStore, readState } from './engine/state-store.ts';
import { Supervised } from './engine/supervised.ts';
import type { AppliedSpecs, Fleet } from './fleet.ts';
import { lastLine } from './logs/last-line.ts';
import type { Prober } from './prober.ts';

export interface FleetOptions {
  host: Pick<Host, 'clock' | 'files' | 'processes'>;
  /** The supervisor's own: `<state folder>/supervisor`. Its state file lies there, and its children are marked with it. */
  folder: string;
  version: string;
  prober: Prober;
  /** Last line of a log, secrets masked; `end` is how far it went when its writer died. */
  lastLine?: (file: string, secrets: readonly string[], end: number) => Promise<string | null>;
  /** The command line that also holds the process to its limits, and what cannot be had here. */
  launch?: (spec: InstanceSpec) => { argv: readonly string[]; notes: readonly string[] };
  /** Asks one to end by a call, where there are no signals (Windows). */
  askToEnd?: (spec: InstanceSpec) => Promise<boolean>;
  /** Puts the log of one in order that an earlier supervisor may have left half way, before it is adopted or started. */
  recoverLog?: (spec: InstanceSpec, running: { pid: number; stamp: string } | null) => Promise<unknown>;
  /** How one that runs is told to restart in place. Left out: none is. */
  inPlace?: Engine['inPlace'];
  /** Just before one is started, while nothing writes to its log. */
  beforeStart?: (id: string) => void;
  /** What concerns the supervisor itself: state-lost, state-unwritten. */
  notice?: (event: string, message: string) => void;
}

const STATE_FILE = 'state.json';

/** A fleet that also tells what it was given. */
export interface SpecifiedFleet extends Fleet {
  specs(): readonly InstanceSpec[];
}

/**
 * A fleet that goes on where an earlier one of this folder ended, however it ended. Nothing is started before `apply`.
 * @throws Problem SUPERVISOR_STATE_FUTURE; nothing was touched then
 */
export async function createFleet(options: FleetOptions): Promise<SpecifiedFleet> {
  const { host, folder, prober, version, notice = () => undefined } = options;
  const file = path.join(folder, STATE_FILE);
  makePrivateFolder(folder);
  const { state, lost } = await readState(host, file);
  const startedAt = host.clock.now();
  const stamp = (await host.processes.info(process.pid))?.stamp ?? '';
  /** What an earlier one looked after and this one was not given (yet). */
  const left = new Map(state?.instances.map((saved) => [saved.id, saved]));
  const all = new Map<string, Supervised>();
  const announce = announcer(host.clock);
  const wished = new Map<string, Pick<InstanceReport, 'wanted'>>();
  let closed = false;

  const store = openStateStore({
    host,
    file,
    snapshot: () => ({
      version: 1,
      supervisor: closed ? null : { pid: process.pid, stamp, version, startedAt },
      // That the supervisor ends says nothing about what shall run when it is back.
      instances: [...[...all.values()].map((one) => ({ ...one.saved(), ...wished.get(one.spec.id) })), ...left.values()],
    }),
    onFailure: (reason) => notice('state-unwritten', `its state cannot be written: ${reason}`),
  });
  const engine: Engine = {
    host,
    folder,
    prober,
    sweeper: sweeper(folder),
    adopted: watchAdopted(host.processes),
    get isClosed() {
      return closed;
    },
    askToEnd: options.askToEnd ?? (async () => false),
    lastLine: options.lastLine ?? lastLine,
    beforeStart: options.beforeStart ?? (() => undefined),
    launch: options.launch ?? (({ argv }) => ({ argv, notes: [] })),
    inPlace: options.inPlace ?? (async () => undefined),
    changed(one, standing) {
      store.touch();
      if (standing) for (const id of dependentsOf(specs(), one.spec.id)) look(id);
      announce.flushSoon();
    },
    queue: announce.queue,
  };
  if (lost !== undefined) notice('state-lost', `${file} is of no use (${lost}): processes are found by their markers`);

  const specs = () => [...all.values()].map(({ spec }) => spec);
  const get = (id: string): Supervised => {
    const one = all.get(id);
    if (!one) throw supervisorProblem('NOT_SUPERVISED', { instance: id, known: [...all.keys()] });
    return one;
  };
  const inOrder = (ids: readonly string[]) => {
    const meant = new Set(ids.map(get));
    return startOrder(specs())
      .map(get)
      .filter((one) => meant.has(one));
  };
  /** Tells an instance whether what it depends on is there, when that changed. */
  const look = (id: string) => {
    const one = get(id);
    const on = unmet(one.spec, (other, condition) => {
      const child = all.get(other)?.child;
      return (condition === 'healthy' ? child?.ready.value : child?.up.value) ?? false;
    });
    if (on === one.child.waitsFor) return;
    one.feed(on === null ? { type: 'dependency-ready' } : { type: 'dependency-lost', on });
  };
  const stopAll = async (ids: readonly string[]) => {
    const under = new Map<string, Promise<unknown>>();
    const stopOne = (id: string): Promise<unknown> => {
      let stopping = under.get(id);
      if (!stopping) {
        const before = dependentsOf(specs(), id).filter((other) => ids.includes(other));
        stopping = before.length === 0 ? get(id).stop() : Promise.all(before.map(stopOne)).then(() => get(id).stop());
        under.set(id, stopping);
      }
      return stopping;
    };
    await Promise.all(ids.map(stopOne));
  };

  /** Instances that are new to this fleet: those that run are taken over, the others start if they are wanted. */
  const takeIn = async (fresh: readonly InstanceSpec[]) => {
    const marked = fresh.length > 0 ? findMarked(folder) : [];
    const found = await Promise.all(
      fresh.map((spec) => {
        const own = marked.filter(({ id }) => id === spec.id);
        return findProcess({ spec, saved: left.get(spec.id), marked: own, processes: host.processes, now: host.clock.now() });
      }),
    );
    await Promise.all(
      fresh.map((spec, i) =>
        options
          .recoverLog?.(spec, found[i] ?? null)
          .catch((error: Error) => notice('log-trouble', `${spec.id}: ${error.message}`)),
      ),
    );
    for (const [i, spec] of fresh.entries()) {
      const saved = left.get(spec.id);
      left.delete(spec.id);
      const one = get(spec.id);
      look(spec.id);
      if (!found[i] && marked.some(({ id }) => id === spec.id)) one.leftovers.end(undefined, true);
      one.resume(childOf(saved, found[i] !== undefined, host.clock.now()), found[i], saved);
      // Why it was parked may be gone with what it was started with.
      if (one.child.state === 'parked' && saved?.print !== one.print) one.feed({ type: 'changed' });
    }
    // What runs already is taken over before anything is started.
    for (const spec of fresh) {
      const one = get(spec.id);
      look(spec.id);
      if (one.child.state === 'down' && one.child.wanted.value) one.feed({ type: 'start' });
    }
  };

  return {
    async apply(wanted) {
      const order = startOrder(wanted);
      const applied: AppliedSpecs = { added: [], removed: [], restarted: [], adjusted: [] };
      const byId = new Map(wanted.map((spec) => [spec.id, spec]));
      const gone = [...all.keys()].filter((id) => !byId.has(id));
      await stopAll(gone);
      for (const id of gone) {
        all.get(id)?.letGo();
        all.delete(id);
        applied.removed.push(id);
      }
      const fresh: InstanceSpec[] = [];
      for (const id of order) {
        const spec = byId.get(id) as InstanceSpec;
        const one = all.get(id);
        if (!one) {
          all.set(id, new Supervised(spec, engine));
          fresh.push(spec);
          applied.added.push(id);
        } else if (JSON.stringify(one.spec) !== JSON.stringify(spec)) {
          one.adjust(spec);
          applied[one.isOutdated ? 'restarted' : 'adjusted'].push(id);
        }
      }
      await takeIn(fresh);
      for (const id of order) look(id);
      for (const id of applied.restarted) get(id).feed({ type: 'restart' });
      store.touch();
      announce.flush();
      return applied;
    },
    async start(ids) {
      for (const one of inOrder(ids)) {
        look(one.spec.id);
        one.feed({ type: 'start' });
      }
    },
    async stop(ids) {
      ids.forEach(get);
      await stopAll(ids);
    },
    async restart(ids, { rolling }) {
      const ones = inOrder(ids);
      if (rolling) await rollOver(ones);
      else await Promise.all(ones.map((one) => one.restart()));
    },
    specs,
    reports: (): InstanceReport[] => [...all.values()].map((one) => one.report()),
    listen: (listener: (event: SupervisorEvent, report: InstanceReport) => void) => announce.listen(listener),
    async close(children) {
      if (closed) return;
      for (const [id, { child }] of all) wished.set(id, { wanted: child.wanted });
      if (children === 'stop') await stopAll([...all.keys()]);
      closed = true;
      for (const one of all.values()) one.letGo();
      announce.flush();
      engine.adopted.close();
      await store.close();
    },
  };
}

/** As it was left; one that nobody has seen yet is wanted. */
function childOf(saved: SavedInstance | undefined, alive: boolean, now: number) {
  return saved ? restore(saved, alive) : { ...NEW_CHILD, wanted: { value: true, since: now } };
}
