import { planReload, type ReloadMode, type ReloadPlan, reloadSettings } from '@polygate/core/reload';
import type { ConfigIssue, ConfigState } from '@polygate/protocol';
import type { Log } from '../log.ts';
import type { ConfigReading, ConfigStore } from './store.ts';

/** What a config that was taken over does to the gateway. Nothing of it is waited for. */
export interface ReloadEffects {
  /** What is read only now and then is to be read again. */
  takeOver(config: unknown): void;
  restart(reason: string, delayMs: number): void;
  /** How the gateway stands to its config is not what it was. */
  changed(): void;
}

/** How long a restart by signal is allowed after one that was asked for through config.apply, as in the family. */
const GRACE_MS = 5_000;

/** The config that the gateway runs by, and how it stands to the one on disk. What is not valid changes nothing. */
export class LiveConfig {
  readonly store: ConfigStore;
  /** Nothing until there is a gateway that changes can have an effect on. */
  effects: ReloadEffects = { takeOver: () => {}, restart: () => {}, changed: () => {} };
  readonly #log: Log;
  readonly #now: () => number;
  readonly #born: ConfigReading;
  #started: ConfigReading;
  #applied: ConfigReading;
  #refused: ConfigReading | undefined;
  #pending: string[] = [];
  #permittedUntil = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(store: ConfigStore, log: Log, now: () => number, reading: ConfigReading) {
    this.store = store;
    this.#log = log;
    this.#now = now;
    this.#born = reading;
    this.#started = reading;
    this.#applied = reading;
  }

  static async open(store: ConfigStore, log: Log, now: () => number): Promise<LiveConfig> {
    return new LiveConfig(store, log, now, await store.read());
  }

  /** The config that was taken over last, of any shape; undefined where there is none. */
  get running(): unknown {
    return this.#applied.parsed;
  }

  get debounceMs(): number {
    return reloadSettings(this.running).debounceMs;
  }

  /** As `status` and `health` tell it. */
  get state(): ConfigState {
    const { path, wentBack } = this.store;
    return {
      ...{ path, hash: this.#applied.hash, valid: this.#refused === undefined },
      ...{ issues: this.#refused?.errors ?? [], pending: this.#pending },
      ...(wentBack ? { wentBack } : {}),
    };
  }

  /** One change or look at a time. */
  exclusively<T>(body: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(body);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Looks at the file, and does about it what is to be done. `mode`: whatever the file's own says. */
  look(mode?: ReloadMode): Promise<void> {
    return this.exclusively(async () => {
      const reading = await this.store.read();
      if (!reading.exists && this.#applied.exists) this.#refuse(reading, [{ path: '', message: 'is gone' }]);
      else if (reading.errors.length > 0) this.#refuse(reading, reading.errors);
      else this.take(reading, mode);
    });
  }

  /** Takes a valid config over, as far as its own settings, or `mode`, let it. */
  take(reading: ConfigReading, mode?: ReloadMode, delayMs = 0): ReloadPlan {
    const own = reloadSettings(reading.parsed).mode;
    const plan = planReload({
      mode: mode === undefined || own === 'restart' ? own : mode,
      born: this.#born.parsed,
      started: this.#started.parsed,
      applied: this.#applied.parsed,
      now: reading.parsed,
    });
    const { applied, restart, process, ignored } = plan;
    const isTaken = applied.length + restart.length > 0 || ignored.length === 0;
    this.#tell(plan, own);
    this.#refused = undefined;
    this.#pending = [...process, ...ignored];
    if (isTaken) this.#applied = reading;
    if (restart.length > 0) this.effects.restart(`${listed(restart)} changed`, delayMs);
    else if (isTaken) this.effects.takeOver(this.running);
    if (restart.length === 0) this.#keepGood();
    this.effects.changed();
    return plan;
  }

  #tell({ applied, process, ignored }: ReloadPlan, mode: ReloadMode): void {
    const { path } = this.store;
    const isNew = (paths: readonly string[]) => paths.some((each) => !this.#pending.includes(each));
    if (this.#refused) this.#log.info(`${path} is valid again`);
    if (applied.length > 0) this.#log.info(`${path}: taken over: ${listed(applied)}`);
    if (isNew(ignored)) this.#log.warn(`${path}: not taken over, as gateway.reload.mode is ${mode}: ${listed(ignored)}`);
    if (isNew(process)) this.#log.warn(`${path}: only a new process takes over ${listed(process)}`);
  }

  /** From now on, and for a while after `delayMs`, a restart by signal is allowed. */
  permitRestart(delayMs: number): void {
    this.#permittedUntil = Math.max(this.#permittedUntil, this.#now() + delayMs + GRACE_MS);
  }

  /** A restart by signal is allowed: by the config, or because one was asked for through config.apply. */
  get mayRestart(): boolean {
    const { commands } = (this.running ?? {}) as { commands?: { restart?: unknown } };
    return commands?.restart === true || this.#now() < this.#permittedUntil;
  }

  /** The config that a restart in place is for: an edit that comes while it goes on is for the next one. */
  get applied(): ConfigReading {
    return this.#applied;
  }

  /** The gateway was restarted in place with a config. */
  restarted(config: ConfigReading): void {
    this.#started = config;
    const started = config.parsed;
    const now = this.running;
    const left = planReload({ mode: 'hybrid', born: this.#born.parsed, started, applied: now, now });
    this.#pending = [...left.process, ...left.restart];
    this.#keepGood();
  }

  /** What it could not be started with. */
  failed(reason: string): void {
    this.#refuse(this.#applied, [{ path: '', message: reason }]);
    this.#applied = this.#started;
  }

  #refuse(reading: ConfigReading, errors: ConfigIssue[]): void {
    const isNews = this.#refused?.hash !== reading.hash || this.#refused.exists !== reading.exists;
    this.#refused = { ...reading, errors };
    this.effects.changed();
    if (!isNews) return;
    const lines = errors.map(({ path, message, line }) =>
      [line === undefined ? '' : `line ${line}:`, path, message].filter((word) => word !== '').join(' '),
    );
    const good = this.#applied.hash.slice(0, 12);
    this.#log.error(
      `${this.store.path} is refused: ${lines.join('; ')}; still running by the last good config (${good}) [CONFIG_INVALID]`,
    );
  }

  /** Only a config that is in use as a whole is known to be good. */
  #keepGood(): void {
    const { text } = this.#applied;
    if (text === undefined || this.#pending.length > 0) return;
    this.store.keepGood(text).catch((error: Error) => this.#log.warn(`the good config is not remembered: ${error.message}`));
  }
}

const MOST_LISTED = 8;

function listed(paths: readonly string[]): string {
  const more = paths.length - MOST_LISTED;
  return `${paths.slice(0, MOST_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
