import {
  beginProbing,
  type Finding,
  type InstanceSpec,
  nextDue,
  type ProbeProgress,
  type ProbeRole,
  type ProbeSpec,
  probeVerdict,
  type Settled,
  type Started,
  settle,
  startOver,
  startupPauseMs,
} from '@polygate/core/supervise';
import type { ProbeEvent } from '../prober.ts';
import { type Answer, askOnce } from './ask.ts';
import type { LadderProbe } from './ladder.ts';
import type { Pool } from './pool.ts';

export interface QuestioningOptions {
  pool: Pool;
  now(): number;
  /** Where in each period it is asked, from 0 up to 1. */
  phase: number;
  ladder: LadderProbe;
  started: Started | undefined;
  tell(event: ProbeEvent): void;
}

/** WebSocket close code of a gateway that goes down to come back with the same process. */
const RESTARTS = 1012;
/** Made once: by itself every abort makes an exception with its stack, which is felt where fifty are stopped at once. */
const ENDED = new Error('no longer asked');

/** The probes of one child: asks when it is time, counts, tells. What follows from it, others decide. */
export class Questioning {
  readonly #spec: InstanceSpec;
  readonly #options: QuestioningOptions;
  readonly #abort: AbortController;
  #progress: ProbeProgress;
  /** A round of asking has a number: what comes back from an earlier one is void. */
  #round = 0;
  #timers = new Map<string, NodeJS.Timeout>();

  constructor(spec: InstanceSpec, options: QuestioningOptions, abort: AbortController) {
    this.#spec = spec;
    this.#options = options;
    this.#abort = abort;
    const begun = beginProbing(spec.probes, options.started);
    this.#progress = begun.progress;
    // Whoever asked for it has to have it in hand before anything is told.
    this.#after('begin', 0, () => {
      this.#take(begun, begun.told.length > 0 ? 'it is not asked' : '');
      this.#goOn();
    });
  }

  close(): void {
    this.#abort.abort(ENDED);
    this.#stopAsking();
  }

  /** The held connection closed: the process is to be looked at, and what it says is asked anew. */
  lost({ code, reason }: { code: number; reason: string }): void {
    this.#tell('lost', `the held connection closed: ${reason || code}`);
    if (this.#abort.signal.aborted || this.#progress.phase !== 'running') return;
    if (code === RESTARTS) this.#take(startOver(this.#progress, this.#spec.probes), 'it restarts in place');
    this.#goOn(0);
  }

  /** Something that others found out about the child. */
  note(type: ProbeEvent['type'], detail: string): void {
    this.#tell(type, detail);
  }

  #goOn(firstMs?: number): void {
    this.#stopAsking();
    const { startup, readiness, liveness } = this.#spec.probes;
    if (this.#progress.phase === 'startup' && startup) this.#askForStart(startup, 0, startup.initialDelayMs);
    if (this.#progress.phase !== 'running') return;
    const isAlike = readiness?.periodMs === liveness?.periodMs && readiness?.path === liveness?.path;
    const together = readiness?.kind === 'ladder' && liveness?.kind === 'ladder' && isAlike;
    if (together) {
      this.#askForever(['liveness', 'readiness'], liveness, firstMs);
      return;
    }
    if (readiness) this.#askForever(['readiness'], readiness, firstMs);
    if (liveness) this.#askForever(['liveness'], liveness, firstMs);
  }

  #stopAsking(): void {
    this.#round += 1;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #askForStart(spec: ProbeSpec, count: number, waitMs: number): void {
    this.#after('startup', waitMs, async () => {
      const finding = await this.#ask(spec);
      if (!finding) return;
      this.#take(settle(this.#progress, this.#spec.probes, 'startup', finding), finding.detail);
      if (this.#progress.phase === 'startup') {
        // A command costs a process each time: it keeps to its period.
        const hurry = spec.kind === 'exec' ? spec.periodMs : startupPauseMs(count, spec.periodMs, finding.outcome === 'starting');
        this.#askForStart(spec, count + 1, hurry);
        return;
      }
      this.#countForReadiness(spec, finding);
      this.#goOn();
    });
  }

  /** What the startup probe has just seen need not be asked a second time. */
  #countForReadiness({ kind }: ProbeSpec, finding: Finding): void {
    if (kind !== 'ladder' || this.#spec.probes.readiness?.kind !== 'ladder') return;
    this.#take(settle(this.#progress, this.#spec.probes, 'readiness', finding), finding.detail);
  }

  /** One asking may count for two roles: then the time of the patient one counts. */
  #askForever(roles: readonly ProbeRole[], spec: ProbeSpec, firstMs: number | undefined): void {
    const { now, phase } = this.#options;
    const { periodMs } = spec;
    const key = roles.join();
    const timeoutMs = Math.max(...roles.map((role) => this.#spec.probes[role]?.timeoutMs ?? 0));
    const next = (grid: number, waitMs: number, count: number): void =>
      this.#after(key, waitMs, async () => {
        const finding = await this.#ask({ ...spec, timeoutMs });
        if (!finding) return;
        for (const role of roles) this.#take(settle(this.#progress, this.#spec.probes, role, finding), finding.detail);
        // Until it is ready for the first time, it is asked like one that starts: nobody waits a period for nothing.
        const hurry = roles.includes('readiness') && !this.#progress.ready && finding.outcome !== 'unauthorized';
        const due = nextDue(grid, periodMs, now());
        if (hurry && roles.length === 1 && spec.kind !== 'exec')
          next(due.grid, Math.min(due.waitMs, startupPauseMs(count, periodMs, true)), count + 1);
        else next(due.grid, due.waitMs, count + 1);
      });
    const at = phase * periodMs;
    const first = this.#progress.ready || !roles.includes('readiness') ? at : 0;
    const waitMs = firstMs ?? Math.max(spec.initialDelayMs, first);
    next(now() + at + Math.floor((waitMs - at) / periodMs) * periodMs, waitMs, 0);
  }

  async #ask(spec: ProbeSpec): Promise<Finding | undefined> {
    const { pool, now, ladder } = this.#options;
    const { signal } = this.#abort;
    const round = this.#round;
    let began = now();
    const simple = () => {
      began = now();
      return askOnce(spec, this.#spec, signal);
    };
    let answer: Answer | undefined = spec.kind === 'ladder' ? await ladder.ask(spec.timeoutMs) : await pool.run(simple, signal);
    // It may say hello before its start is over, and has a path that tells.
    if (spec.kind === 'ladder' && spec.path !== undefined && answer?.outcome === 'ok') {
      const { path, timeoutMs } = spec;
      const told = await pool.run(() => askOnce({ ...spec, kind: 'http', path, timeoutMs }, this.#spec, signal), signal);
      answer = told?.outcome === 'ok' ? answer : told;
    }
    if (!answer || signal.aborted || round !== this.#round) return undefined;
    return { ...answer, ms: now() - began, at: now() };
  }

  #take({ progress, told }: Settled, detail: string): void {
    this.#progress = progress;
    for (const type of told) this.#tell(type, detail);
  }

  #tell(type: ProbeEvent['type'], detail: string): void {
    if (this.#abort.signal.aborted) return;
    const verdict = probeVerdict(this.#progress);
    this.#options.tell({ type, detail, probes: this.#progress.states, ...(verdict ? { verdict } : {}) });
  }

  #after(key: string, waitMs: number, body: () => unknown): void {
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#timers.delete(key);
        void body();
      }, waitMs),
    );
  }
}
