import { describeHolders } from '@polygate/core';
import type { LiveConfig } from '../config/live-config.ts';
import type { GatewayOptions } from '../options.ts';
import { settled } from '../settled.ts';
import type { GatewayState } from '../state.ts';
import type { BrowserAnswer, BrowserRequest } from './answer.ts';
import type { Browsers } from './browsers.ts';
import type { ControlServer } from './control/server.ts';

/**
 * What a gateway does about browsers: a control server, and the browsers themselves. Both outlive a restart in place. What only a
 * gateway with a browser needs is loaded when there is one.
 */
export class BrowserService {
  readonly #options: GatewayOptions;
  readonly #config: LiveConfig;
  #state: (() => GatewayState) | undefined;
  #browsers: Promise<Browsers> | undefined;
  #control: ControlServer | undefined;
  #wanted: number | string | undefined;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: GatewayOptions, config: LiveConfig) {
    this.#options = options;
    this.#config = config;
  }

  /** Begins, when the gateway is known to be there. Nothing that fails keeps it from running. */
  start(state: () => GatewayState): void {
    this.#state = state;
    this.follow();
    void this.#recover().catch((error: Error) => this.#options.log.error(`browsers: ${error.message}`));
  }

  /** The config may say something else by now. */
  follow(): void {
    this.#turn = settled(this.#turn.then(() => this.#follow()));
  }

  /** Answers a request about browsers. @throws Problem or RequestRefused */
  async request(request: BrowserRequest): Promise<BrowserAnswer> {
    const { browser: means } = this.#options;
    const { browserProblem } = await import('@polygate/core/browser');
    const control = this.#where();
    if (!means || 'off' in control) throw browserProblem('BROWSER_DISABLED', { by: 'off' in control ? control.off : '' });
    const [{ answer }, browsers] = await Promise.all([import('./routes.ts'), this.#all()]);
    return answer({ browsers, means }, request);
  }

  /** Ends the server and the browsers that are ours. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turn;
    const browsers = await this.#browsers;
    await Promise.all([this.#control?.stop(), browsers?.stop()]);
    this.#control = undefined;
  }

  #where(): { port: number } | { off: string } {
    return this.#options.browser?.control(this.#config.running) ?? { off: 'it has nothing to do so with' };
  }

  async #follow(): Promise<void> {
    const { log } = this.#options;
    const state = this.#state;
    if (!state || this.#stopped) return;
    const where = this.#where();
    const wanted = 'off' in where ? where.off : where.port;
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    await this.#control?.stop();
    this.#control = undefined;
    if ('off' in where) {
      log.info(`browsers are not controlled: ${where.off}`);
      const browsers = await this.#browsers;
      this.#browsers = undefined;
      await browsers?.stop();
      return;
    }
    const { startControl } = await import('./control/server.ts');
    try {
      this.#control = await startControl(where.port, state, (request) => this.request(request));
      log.debug(`browser control on http://127.0.0.1:${where.port}`);
    } catch (error) {
      log.error(`browsers are not controlled: ${await this.#whyNot(error, where.port)}`);
    }
  }

  async #whyNot(error: unknown, port: number): Promise<string> {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE') return message;
    const holders = (await this.#options.browser?.host.net.listeners(port)) ?? [];
    return `port ${port} is in use by ${describeHolders(holders)}`;
  }

  #all(): Promise<Browsers> {
    this.#browsers ??= this.#load();
    return this.#browsers;
  }

  async #load(): Promise<Browsers> {
    const { Browsers } = await import('./browsers.ts');
    const { browser: means, keep, log, stateDir } = this.#options;
    if (!means) throw new Error('no means');
    return new Browsers({ means, keep, log, stateDir, config: () => this.#config.running });
  }

  /** What a gateway that was killed left behind. */
  async #recover(): Promise<void> {
    const { browser: means, stateDir } = this.#options;
    if (!means) return;
    const { paths, files } = means.host;
    const names = await files.list(paths.join(stateDir, 'browser'));
    if (names.length === 0) return;
    await (await this.#all()).recover(names, 'port' in this.#where());
  }
}
