import { DEFAULT_RESTART_POLICY, type RestartPolicy, supervise } from '@polygate/core/supervise';
import type { Clock } from '@polygate/host';
import { type ChildSpec, signalGroup, spawnChild } from './child-process.ts';

export interface SupervisedSpec extends ChildSpec {
  /** Asks until the child answers; settles false when `signal` aborts first. */
  untilReady(signal: AbortSignal): Promise<boolean>;
}

export interface SupervisorOptions {
  clock: Clock;
  policy?: RestartPolicy;
  /** Time for a child to end after SIGTERM. */
  stopBudgetMs?: number;
  /** Told of every change of every child, after it took effect. */
  onChange(id: string, now: supervise.Child, before: supervise.Child): void;
}

const STOP_BUDGET_MS = 15_000;

/** The loop around the machine: it spawns, waits and reports; what happens next is decided in core/supervise. */
export class Supervisor {
  readonly #children: Map<string, Supervised>;

  constructor(specs: readonly SupervisedSpec[], options: SupervisorOptions) {
    this.#children = new Map(specs.map((spec) => [spec.id, new Supervised(spec, options)]));
  }

  start(): void {
    for (const child of this.#children.values()) child.feed({ type: 'start' });
  }

  /** Stops all at once; no child waits for another. Resolves when every one is gone. */
  async stop(): Promise<void> {
    await Promise.all([...this.#children.values()].map((child) => child.stop()));
  }

  get(id: string): supervise.Child | undefined {
    return this.#children.get(id)?.child;
  }
}

class Supervised {
  child: supervise.Child = supervise.NEW_CHILD;
  readonly #spec: SupervisedSpec;
  readonly #options: SupervisorOptions;
  #timer: NodeJS.Timeout | undefined;
  #readiness: AbortController | undefined;
  #whenDown: (() => void)[] = [];

  constructor(spec: SupervisedSpec, options: SupervisorOptions) {
    this.#spec = spec;
    this.#options = options;
  }

  stop(): Promise<void> {
    this.feed({ type: 'stop' });
    if (this.child.state === 'down') return Promise.resolve();
    return new Promise((resolve) => this.#whenDown.push(resolve));
  }

  feed(event: supervise.Event): void {
    const { clock, policy = DEFAULT_RESTART_POLICY, stopBudgetMs = STOP_BUDGET_MS, onChange } = this.#options;
    const before = this.child;
    const { child, effects } = supervise.step(before, event, { now: clock.now(), random: clock.random(), policy, stopBudgetMs });
    this.child = child;
    if (child.pid === null || child.state === 'stopping') this.#readiness?.abort();
    for (const effect of effects) this.#carryOut(effect);
    if (child !== before) onChange(this.#spec.id, child, before);
    if (child.state === 'down') {
      clearTimeout(this.#timer);
      for (const wake of this.#whenDown.splice(0)) wake();
    }
  }

  #carryOut(effect: supervise.Effect): void {
    switch (effect.do) {
      case 'spawn':
        void this.#spawn();
        return;
      case 'signal':
        signalGroup(effect.pid, effect.signal);
        return;
      case 'wake':
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.feed({ type: 'timer', epoch: effect.epoch }), effect.afterMs);
    }
  }

  async #spawn(): Promise<void> {
    try {
      const { pid, exited } = await spawnChild(this.#spec);
      this.feed({ type: 'spawned', pid });
      void exited.then(({ code, signal }) => {
        // What the child started and left behind would keep its port.
        signalGroup(pid, 'SIGKILL');
        this.feed({ type: 'exited', code, signal });
      });
      this.#readiness = new AbortController();
      if (this.child.pid === pid && (await this.#spec.untilReady(this.#readiness.signal)) && this.child.pid === pid) {
        this.feed({ type: 'ready' });
      }
    } catch (error) {
      this.feed({ type: 'spawn-failed', reason: (error as Error).message });
    }
  }
}
