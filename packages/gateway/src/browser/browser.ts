import { isProblem } from '@polygate/core';
import { type BrowserSettings, browserProblem, shownCdpUrl } from '@polygate/core/browser';
import { settled } from '../settled.ts';
import { within } from '../within.ts';
import { findSocket } from './cdp/endpoint.ts';
import { endBrowser } from './end.ts';
import { launch } from './launch.ts';
import { type Place, recover } from './leftover.ts';
import { forgetRecord } from './record.ts';
import { connect, type RunningBrowser } from './running.ts';

/** An end that nobody asked for. */
export interface Ending {
  reason: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** So many ends within the span, and it is left alone for as long. */
const MOST_ENDINGS = 3;
const SPAN_MS = 60_000;
/** For a process to be gone whose connection is. */
const GONE_MS = 1_000;

/** The browser of one profile: started when it is needed, again when it crashed, ended when it is told. One thing at a time. */
export class Browser {
  readonly #place: Place;
  readonly #settings: () => BrowserSettings;
  #running: RunningBrowser | undefined;
  #isStarting = false;
  #endings: Ending[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(place: Place, settings: () => BrowserSettings) {
    this.#place = place;
    this.#settings = settings;
  }

  get running(): RunningBrowser | undefined {
    return this.#running;
  }

  get state(): 'running' | 'starting' | 'crashed' | 'stopped' {
    if (this.#running) return 'running';
    if (this.#isStarting) return 'starting';
    return this.#endings.length > 0 ? 'crashed' : 'stopped';
  }

  get lastEnding(): Ending | undefined {
    return this.#endings.at(-1);
  }

  /** The browser, which is started if there is none. One that keeps crashing is left alone for a while. @throws Problem */
  use(): Promise<RunningBrowser> {
    return this.#exclusively(() => {
      if (!this.#running) this.#refuseHopeless();
      return this.#ensure();
    });
  }

  /** The same, asked for by name: past crashes do not count. True when it was not running. */
  start(): Promise<boolean> {
    return this.#exclusively(async () => {
      this.#endings = [];
      const before = this.#running;
      return (await this.#ensure()) !== before;
    });
  }

  /** Ends it, or lets go of one that is somebody else's. False when there was none. */
  stop(): Promise<boolean> {
    return this.#exclusively(async () => {
      const running = this.#running;
      this.#running = undefined;
      this.#endings = [];
      if (!running) return false;
      await endBrowser(this.#place.means, running);
      if (running.process) await forgetRecord(this.#place.keep, this.#place.profile);
      this.#place.log.info(`browser ${this.#place.profile}: stopped`);
      return true;
    });
  }

  /** Looks for what a killed gateway left on the data of this profile. */
  recover(): Promise<void> {
    return this.#exclusively(async () => {
      if (this.#running) return;
      const left = await recover(this.#place);
      if (left) this.#keep(left);
    });
  }

  async #ensure(): Promise<RunningBrowser> {
    if (this.#running) return this.#running;
    this.#isStarting = true;
    try {
      return this.#keep(await this.#begin());
    } finally {
      this.#isStarting = false;
    }
  }

  async #begin(): Promise<RunningBrowser> {
    const { log, profile, means, stopping } = this.#place;
    if (stopping.aborted) throw browserProblem('BROWSER_GONE', { profile, reason: 'the gateway stops' });
    const settings = this.#settings();
    const { cdp, attachOnly } = settings;
    if (cdp.given || attachOnly) {
      const socket = await findSocket(cdp.url, profile).catch((error: unknown) => {
        if (cdp.given || !isProblem(error, 'BROWSER_UNREACHABLE')) throw error;
        throw browserProblem('BROWSER_ATTACH_ONLY', { profile, url: cdp.url }, { cause: error });
      });
      const connected = await connect(socket, profile);
      log.info(`browser ${profile}: attached to ${shownCdpUrl(cdp.url)}`);
      return { ...connected, socket, startedAt: means.host.clock.now(), process: undefined };
    }
    const left = await recover(this.#place);
    if (left) return left;
    const running = await launch(this.#place, settings);
    log.info(`browser ${profile}: started, pid ${running.process?.pid} on port ${running.process?.port}`);
    return running;
  }

  #keep(running: RunningBrowser): RunningBrowser {
    this.#running = running;
    const ended = (reason: string) => void this.#ended(running, reason);
    void running.process?.exited?.then(ended);
    void running.cdp.closed.then((reason) => this.#lost(running, reason).then(ended, ended));
    return running;
  }

  /** Its connection is gone: waits a moment for why. */
  async #lost({ process }: RunningBrowser, reason: string): Promise<string> {
    if (process?.exited && (await within(process.exited, GONE_MS))) return process.exited;
    return reason;
  }

  /** It ended, and nobody asked for that. */
  async #ended(running: RunningBrowser, reason: string): Promise<void> {
    if (this.#running !== running) return;
    this.#running = undefined;
    const { log, profile, means, keep } = this.#place;
    const now = means.host.clock.now();
    this.#endings = [...this.#endings.filter(({ at }) => now - at < SPAN_MS), { reason, at: now }];
    log.warn(`browser ${profile}: it is gone (${reason}); it is started again when it is needed`);
    await this.#exclusively(async () => {
      await endBrowser(means, running);
      if (running.process && this.#running === undefined) await forgetRecord(keep, profile);
    }).catch((error: Error) => log.error(`browser ${profile}: ${error.message}`));
  }

  #refuseHopeless(): void {
    const { profile, means } = this.#place;
    const last = this.lastEnding;
    const waitMs = last ? last.at + SPAN_MS - means.host.clock.now() : 0;
    if (!last || this.#endings.length < MOST_ENDINGS || waitMs <= 0) return;
    throw browserProblem('BROWSER_KEEPS_CRASHING', {
      ...{ profile, times: this.#endings.length, reason: last.reason, retryAfterMs: waitMs },
    });
  }

  #exclusively<T>(body: () => T | Promise<T>): Promise<T> {
    const turn = this.#turn.then(body);
    this.#turn = settled(turn);
    return turn;
  }
}
