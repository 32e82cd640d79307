import type { ChildProcess } from 'node:child_process';
import type { Verdict } from '@polygate/core/status';
import {
  type Child,
  type Effect,
  type Event,
  type InstanceReport,
  type InstanceSpec,
  NEW_CHILD,
  printOf,
  reportOf,
  type SavedInstance,
  step,
  tell,
  withLastLine,
} from '@polygate/core/supervise';
import type { Found } from '../adopt/find.ts';
import { MARKER } from '../adopt/marked.ts';
import type { ProbeEvent, Probing } from '../prober.ts';
import type { Engine } from './engine.ts';
import { signalGroup, untilGone } from './groups.ts';
import { sizeOf } from './last-line.ts';
import { launch } from './spawn.ts';

const NOT_ASKED: InstanceReport['probes'] = { startup: null, readiness: null, liveness: null };

/** The loop around the machine for one instance: it carries out what the machine decides, and tells it what happened. */
export class Supervised {
  child: Child = NEW_CHILD;
  spec: InstanceSpec;
  readonly #engine: Engine;
  /** null: it was adopted, or there is none. */
  #process: ChildProcess | null = null;
  #stamp: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  #probing: Probing | undefined;
  #probes = NOT_ASKED;
  #found: Verdict | undefined;
  #notes: readonly string[] = [];
  /** printOf what the present process was started with. */
  #print: string;
  /** Something of an earlier process is still being ended; a new one is not started before. */
  #clearing: Promise<void> | undefined;
  #waiting: (() => boolean)[] = [];

  constructor(spec: InstanceSpec, engine: Engine) {
    this.spec = spec;
    this.#engine = engine;
    this.#print = this.print;
  }

  get print(): string {
    return printOf(this.spec, this.#secrets);
  }

  /** What runs was started with something else than what is wanted now. */
  get isOutdated(): boolean {
    return this.child.pid !== null && this.#print !== this.print;
  }

  get #secrets(): string[] {
    return [this.spec.target.token, this.spec.target.password].filter(
      (secret) => secret !== undefined && secret !== '',
    ) as string[];
  }

  report(): InstanceReport {
    const outdated = this.isOutdated ? ['its settings changed since it was started; restart it to apply them'] : [];
    return reportOf(this.child, {
      id: this.spec.id,
      document: this.spec.document,
      stamp: this.#stamp,
      probes: this.#probes,
      found: this.#found,
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
      void this.#engine.lastLine(this.spec.output.path, this.#secrets, logEnd).then((line) => {
        this.child = withLastLine(this.child, died, line);
        this.#engine.changed(this, false);
      });
    }
    if (before.state === 'starting' && child.state === 'running' && this.spec.probes.readiness === null)
      this.feed({ type: 'ready' });
    this.#engine.changed(this, child.up.value !== before.up.value || child.ready.value !== before.ready.value);
    this.#settle();
  }

  /** Takes over the child as an earlier supervisor left it, and its process if there is one. */
  resume(child: Child, found: Found | undefined, print: string | undefined): void {
    this.child = { ...child, waitsFor: this.child.waitsFor };
    if (print !== undefined) this.#print = print;
    if (found) {
      this.#stamp = found.stamp;
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
    if (this.#probing && this.child.pid !== null) this.#probe(this.child.pid);
    this.feed({ type: 'changed' });
    this.#engine.changed(this, false);
  }

  /** Ends what an earlier process left behind, before anything is started. */
  clear(pid: number | undefined, deep: boolean): void {
    // A dead child's group is its own until the last of it has gone; the pid of an adopted one may be a stranger's by now.
    const left = pid !== undefined && signalGroup(pid, 'SIGKILL');
    if (!left && !deep) return;
    const clearing = this.#endLeftovers(left ? pid : undefined, deep, this.#clearing).then(() => {
      if (this.#clearing === clearing) this.#clearing = undefined;
      this.#engine.changed(this, false);
      this.#settle();
    });
    this.#clearing = clearing;
  }

  /** `group`: one that was killed just now. */
  async #endLeftovers(group: number | undefined, deep: boolean, before: Promise<void> | undefined): Promise<void> {
    await before;
    if (group !== undefined) await untilGone(() => signalGroup(group, 0));
    const swept = deep ? await this.#engine.sweeper.sweep(this.spec.id) : [];
    const what = [
      ...(group === undefined ? [] : ['what was left of its process group']),
      ...(swept.length === 0 ? [] : [`what had left the group (pid ${swept.join(', ')})`]),
    ];
    if (what.length > 0) this.#engine.queue(this, [{ event: 'killed', message: `killed ${what.join(' and ')}` }]);
  }

  /** Resolves when this holds; false when the time is over first. Looked at after every step. */
  until(holds: () => boolean, boundMs?: number): Promise<boolean> {
    if (holds()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = boundMs === undefined ? undefined : setTimeout(() => resolve(false), boundMs);
      this.#waiting.push(() => {
        if (!holds()) return false;
        clearTimeout(timer);
        resolve(true);
        return true;
      });
    });
  }

  /** Asks it to stop. Resolves when nothing of it is left. */
  stop(): Promise<unknown> {
    this.feed({ type: 'stop' });
    return this.until(() => this.child.state === 'down' && this.#clearing === undefined);
  }

  /** Looks after it no longer; a process that runs goes on. */
  letGo(): void {
    clearTimeout(this.#timer);
    this.#probing?.close();
    this.#process?.removeAllListeners('exit');
    this.#process?.unref();
  }

  #settle(): void {
    this.#waiting = this.#waiting.filter((look) => !look());
  }

  #carryOut(effect: Effect): void {
    switch (effect.do) {
      case 'spawn':
        if (this.#clearing) void this.#spawnAfter(this.#clearing);
        else this.#spawn();
        return;
      case 'signal':
        this.#signal(effect.pid, effect.signal === 'stop' ? this.spec.stop.signal : effect.signal);
        return;
      case 'wake':
        this.#wake(effect.afterMs, effect.epoch);
        return;
      case 'probe':
        this.#probe(effect.pid);
        return;
      case 'stop-probing':
        this.#probing?.close();
        this.#probing = undefined;
        return;
      case 'clear':
        this.clear(this.#process ? effect.pid : undefined, effect.deep || !this.#process);
        this.#process = null;
        this.#stamp = null;
    }
  }

  #wake(afterMs: number, epoch: number): void {
    this.#timer = setTimeout(() => this.feed({ type: 'timer', epoch }), afterMs);
  }

  async #spawnAfter(clearing: Promise<void>): Promise<void> {
    await clearing;
    if (this.#engine.isClosed) return;
    if (this.#clearing) await this.#spawnAfter(this.#clearing);
    else if (this.child.wanted.value) this.#spawn();
    else this.feed({ type: 'spawn-failed', reason: 'it is not wanted any more', passing: false });
  }

  #spawn(): void {
    const { argv, notes } = this.#engine.launch(this.spec);
    const { id } = this.spec;
    const launched = launch(this.spec, argv, { [MARKER.id]: id, [MARKER.folder]: this.#engine.folder });
    if ('failed' in launched) {
      void launched.failed.then((failure) => this.feed({ type: 'spawn-failed', ...failure }));
      return;
    }
    const { pid, process } = launched;
    this.#process = process;
    this.#print = this.print;
    this.#notes = notes;
    this.#found = undefined;
    this.#probes = NOT_ASKED;
    // What it says after its start concerns signals sent through it, and none is.
    process.on('error', () => undefined);
    process.once('exit', (code, signal) => this.feed({ type: 'exited', pid, code, signal }));
    this.feed({ type: 'spawned', pid });
    void this.#engine.host.processes.info(pid).then((info) => {
      if (this.child.pid !== pid || !info) return;
      this.#stamp = info.stamp;
      this.#engine.changed(this, false);
    });
  }

  #signal(pid: number, signal: NodeJS.Signals): void {
    if (this.#process) {
      signalGroup(pid, signal);
      return;
    }
    // An adopted one is signalled only while it is the process that was adopted.
    const stamp = this.#stamp;
    void this.#engine.host.processes.info(pid).then((info) => {
      if (stamp !== null && info?.stamp === stamp) signalGroup(pid, signal);
      else if (this.child.pid === pid) this.feed({ type: 'gone', pid });
    });
    this.#engine.adopted.look(pid);
  }

  #probe(pid: number): void {
    this.#probing?.close();
    if (!this.#process && this.#stamp !== null) {
      this.#engine.adopted.add(pid, this.#stamp, () => this.feed({ type: 'gone', pid }));
    }
    this.#probing = this.#engine.prober.watch(this.spec, { pid }, (event) => {
      if (this.child.pid === pid) this.#heard(event, pid);
    });
    if (this.spec.probes.startup === null && this.child.state === 'starting') this.feed({ type: 'startup-ok' });
  }

  #heard({ type, detail, probes, verdict }: ProbeEvent, pid: number): void {
    this.#probes = probes;
    this.#found = verdict;
    if (type === 'lost') {
      if (!this.#process) this.#engine.adopted.look(pid);
    } else if (type !== 'alive') this.feed({ type, detail } as Event);
  }
}
