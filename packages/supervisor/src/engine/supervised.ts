import {
  type Child,
  type Effect,
  type Event,
  type InstanceReport,
  type InstanceSpec,
  NEW_CHILD,
  reportOf,
  type SavedInstance,
  type Started,
  step,
  tell,
  withLastLine,
} from '@polygate/core/supervise';
import type { Found } from '../adopt/find.ts';
import { sizeOf } from '../logs/last-line.ts';
import type { Engine } from './engine.ts';
import { type Leftovers, leftoversOf } from './leftovers.ts';
import { OwnProcess } from './own-process.ts';
import { printOfSpec, secretsOf } from './print.ts';
import { waiters } from './waiters.ts';
import { startedAs, Watch } from './watch.ts';

/** The loop around the machine for one instance: it carries out what the machine decides, and tells it what happened. */
export class Supervised {
  child: Child = NEW_CHILD;
  spec: InstanceSpec;
  readonly #engine: Engine;
  readonly #process: OwnProcess;
  #timer: NodeJS.Timeout | undefined;
  readonly #watch: Watch;
  /** What an earlier supervisor knew of the process that is taken over. */
  #before: Started | undefined;
  #notes: readonly string[] = [];
  /** printOf what the present process was started with. */
  #print: string;
  readonly leftovers: Leftovers;
  readonly #waiters = waiters();

  constructor(spec: InstanceSpec, engine: Engine) {
    this.spec = spec;
    this.#engine = engine;
    this.#watch = new Watch(engine.prober);
    this.#process = new OwnProcess({
      engine,
      exited: (pid, code, signal) => this.feed({ type: 'exited', pid, code, signal }),
      gone: (pid) => this.feed({ type: 'gone', pid }),
    });
    this.#print = this.print;
    this.leftovers = leftoversOf({
      id: spec.id,
      sweeper: engine.sweeper,
      processes: engine.host.processes,
      done: (killed) => {
        if (killed !== undefined) engine.queue(this, [{ event: 'killed', message: killed }]);
        engine.changed(this, false);
        this.#waiters.look();
      },
    });
  }

  get print(): string {
    return printOfSpec(this.spec);
  }

  /** What runs was started with something else than what is wanted now. */
  get isOutdated(): boolean {
    return this.child.pid !== null && this.#print !== this.print;
  }

  report(): InstanceReport {
    const outdated = this.isOutdated ? ['its settings changed since it was started; restart it to apply them'] : [];
    return reportOf(this.child, {
      id: this.spec.id,
      document: this.spec.document,
      stamp: this.#process.stamp,
      probes: this.#watch.probes,
      found: this.#watch.found,
      notes: [...this.#notes, ...outdated],
    });
  }

  saved(): SavedInstance {
    const { failures, trial, ending } = this.child;
    return { ...this.report(), print: this.#print, failures, trial, ending };
  }

  /** One event into the machine. Effects are carried out before anybody is told: a restart waits for nobody. */
  feed(event: Event): void {
    const before = this.child;
    const { clock } = this.#engine.host;
    const context = { now: clock.now(), random: clock.random(), restart: this.spec.restart, stop: this.spec.stop };
    const { child, effects } = step(before, event, context);
    this.child = child;
    if (child === before && effects.length === 0) return;
    const died = child.deaths !== before.deaths ? child.deaths.at(-1) : undefined;
    const logEnd = died ? sizeOf(this.spec.output.path) : 0;
    this.#engine.queue(this, tell(before, event, child, effects));
    if (child.epoch !== before.epoch) clearTimeout(this.#timer);
    for (const effect of effects) this.#carryOut(effect);
    if (died) {
      void this.#engine.lastLine(this.spec.output.path, secretsOf(this.spec), logEnd).then((line) => {
        this.child = withLastLine(this.child, died, line);
        this.#engine.changed(this, false);
      });
    }
    if (before.state === 'starting' && child.state === 'running' && this.spec.probes.readiness === null)
      this.feed({ type: 'ready' });
    this.#engine.changed(this, child.up.value !== before.up.value || child.ready.value !== before.ready.value);
    this.#waiters.look();
  }

  /**
   * Somebody wants it restarted. One that is ready, and would be noticed going, is told to do that with the process that it has,
   * where its version is known to; any other is ended and started again.
   */
  async restart(): Promise<void> {
    const { state, pid, up } = this.child;
    const version = this.#watch.heldVersion;
    const canStay = state === 'ready' && pid !== null && version !== undefined && !this.isOutdated;
    const found = canStay ? await this.#engine.inPlace(this.spec, { pid, version, since: up.since }) : undefined;
    const isSame = this.child.state === 'ready' && this.child.pid === pid;
    this.feed(found && isSame ? { type: 'restart-in-place', ...found } : { type: 'restart' });
  }

  /** Takes over the child as an earlier supervisor left it, and its process if there is one. */
  resume(child: Child, found: Found | undefined, saved: SavedInstance | undefined): void {
    this.child = { ...child, waitsFor: this.child.waitsFor };
    if (saved !== undefined) this.#print = saved.print;
    if (found) {
      this.#process.takeOver(found.stamp);
      const isSame = saved?.pid === found.pid && saved.stamp === found.stamp;
      this.#before = isSame ? startedAs(saved.probes, saved.state, false) : undefined;
      this.feed({ type: 'adopted', pid: found.pid, startedAt: found.startedAt, wanted: child.wanted.value });
    } else if (child.pid !== null) {
      this.feed({ type: 'gone', pid: child.pid });
    } else if (child.retryAt !== null) {
      this.#wake(Math.max(0, child.retryAt - this.#engine.host.clock.now()), child.epoch);
    }
  }

  /** New settings for what runs already: its probes begin anew, all else is looked up when it is needed. */
  adjust(spec: InstanceSpec): void {
    this.spec = spec;
    const { pid, state, ready } = this.child;
    if (this.#watch.goesOn && pid !== null) {
      this.#before = startedAs(this.#watch.probes, state, ready.value);
      this.#probe(pid);
    }
    this.feed({ type: 'changed' });
    this.#engine.changed(this, false);
  }

  /** Resolves when this holds; false when the time is over first. Looked at after every step. */
  until(holds: () => boolean, boundMs?: number): Promise<boolean> {
    return this.#waiters.until(holds, boundMs);
  }

  /** Asks it to stop. Resolves when nothing of it is left. */
  stop(): Promise<unknown> {
    this.feed({ type: 'stop' });
    return this.until(() => this.child.state === 'down' && this.leftovers.pending === undefined);
  }

  /** Looks after it no longer; a process that runs goes on. */
  letGo(): void {
    clearTimeout(this.#timer);
    this.#watch.end();
    this.#process.letGo();
  }

  #carryOut(effect: Effect): void {
    switch (effect.do) {
      case 'spawn':
        if (this.leftovers.pending) void this.#spawnAfter(this.leftovers.pending);
        else this.#spawn();
        return;
      case 'signal':
        this.#process.end(this.spec, effect.pid, effect.signal);
        return;
      case 'ask-in-place':
        if (this.child.pid !== null) this.#process.signalOne(this.child.pid, effect.pid, effect.signal);
        return;
      case 'wake':
        this.#wake(effect.afterMs, effect.epoch);
        return;
      case 'probe':
        this.#probe(effect.pid);
        return;
      case 'stop-probing':
        this.#watch.end();
        return;
      case 'clear':
        // The pid of an adopted one may be a stranger's by now: what it left is found by its mark.
        this.leftovers.end(this.#process.isChild ? effect.pid : undefined, effect.deep || !this.#process.isChild, {
          ...{ pid: effect.pid, stamp: this.#process.stamp },
        });
        this.#process.forget();
    }
  }

  #wake(afterMs: number, epoch: number): void {
    this.#timer = setTimeout(() => this.feed({ type: 'timer', epoch }), afterMs);
  }

  async #spawnAfter(clearing: Promise<void>): Promise<void> {
    await clearing;
    if (this.#engine.isClosed) return;
    if (this.leftovers.pending) await this.#spawnAfter(this.leftovers.pending);
    else if (this.child.wanted.value) this.#spawn();
    else this.feed({ type: 'spawn-failed', reason: 'it is not wanted any more', passing: false });
  }

  #spawn(): void {
    const { argv, notes } = this.#engine.launch(this.spec);
    this.#engine.beforeStart(this.spec.id);
    const started = this.#process.start(this.spec, argv);
    if ('failed' in started) {
      void started.failed.then((failure) => this.feed({ type: 'spawn-failed', ...failure }));
      return;
    }
    const { pid } = started;
    this.#print = this.print;
    this.#notes = notes;
    this.feed({ type: 'spawned', pid });
    // Looked up when all that is to be started now has been.
    setImmediate(() => void this.#identify(pid));
  }

  async #identify(pid: number): Promise<void> {
    if (this.child.pid === pid && (await this.#process.identify(pid))) this.#engine.changed(this, false);
  }

  #probe(pid: number): void {
    this.#process.watchEnd(pid);
    const started = this.#before;
    this.#before = undefined;
    this.#watch.begin(this.spec, { pid, started }, ({ type, detail }) => {
      if (this.child.pid !== pid) return;
      if (type === 'lost') this.#process.look(pid);
      this.feed({ type, detail } as Event);
    });
    if (this.spec.probes.startup === null && this.child.state === 'starting') this.feed({ type: 'startup-ok' });
  }
}
