import type { Clock } from '@polygate/host';
import type { Log } from '../../log.ts';
import { WireError } from '../../wire-error.ts';
import type { Channel, ChannelEvents, ChannelState, Login, Outgoing } from '../channel.ts';
import { backoffMs, pause } from '../pause.ts';
import type { Reception } from '../reception.ts';
import { NotSent, SendUnsure } from '../send-error.ts';
import { type Auth, type Baileys, type ConnectionUpdate, ENDED, type Socket } from './baileys.ts';
import { addressOf, contentOf, messageIdOf, messageIn, numberIn } from './messages.ts';

/** Characters of one message; the app cuts longer ones off with "read more". */
export const MOST_CHARS = 4_000;

export interface WhatsAppOptions {
  library: Baileys;
  auth: Auth;
  /** Forgets what links the account, and begins with nothing. */
  forget(): Promise<Auth>;
  reception: Reception;
  clock: Clock;
  log: Log;
  events: ChannelEvents;
}

/** An account of WhatsApp, linked like WhatsApp Web: by a code that its phone scans. */
export class WhatsApp implements Channel {
  readonly id = 'whatsapp';
  readonly label = 'WhatsApp';
  readonly state: ChannelState;
  readonly #options: WhatsAppOptions;
  readonly #stop = new AbortController();
  #auth: Auth;
  #socket: Socket | undefined;
  #failures = 0;
  /** The code that is to be scanned now; while somebody links it. */
  #qr: string | undefined;
  #linking = false;
  #codeCame = false;
  #waiting: (() => void)[] = [];

  constructor(options: WhatsAppOptions) {
    this.#options = options;
    this.#auth = options.auth;
    const linked = options.auth.state.creds.me != null;
    this.state = { configured: true, linked, running: false, connected: false };
  }

  start(): void {
    this.#options.reception.inbox.start();
    this.#note({ running: true });
    if (this.state.linked) this.#connect();
    else this.#options.log.info('whatsapp: not linked: channels login whatsapp links it');
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#disconnect();
    this.#wake();
    await this.#options.reception.inbox.stop();
    this.#note({ running: false, connected: false });
  }

  async send(message: Outgoing): Promise<{ messageId: string }> {
    const jid = addressOf(message.to);
    if (jid === undefined)
      throw new WireError('INVALID_REQUEST', `whatsapp: ${JSON.stringify(message.to.slice(0, 100))} is no number`);
    if (!this.#socket || !this.state.connected) throw new NotSent('whatsapp', 'not connected', true);
    const messageId = messageIdOf(message.key);
    try {
      const sent = await this.#socket.sendMessage(jid, contentOf(message), { messageId });
      this.#note({ lastOutboundAt: this.#options.clock.now() });
      return { messageId: sent?.key.id ?? messageId };
    } catch (error) {
      throw new SendUnsure('whatsapp', (error as Error).message);
    }
  }

  async login({ force, timeoutMs }: { force: boolean; timeoutMs: number }): Promise<Login> {
    if (this.state.linked && force) await this.logout();
    if (!this.state.linked && !this.#linking) {
      this.#linking = true;
      this.#codeCame = false;
      this.#connect();
    }
    return this.loginProgress(undefined, timeoutMs);
  }

  async loginProgress(shown: string | undefined, timeoutMs: number): Promise<Login> {
    const { clock } = this.#options;
    const end = clock.monotonic() + timeoutMs;
    while (this.#linking && (this.#qr === undefined || this.#qr === shown) && clock.monotonic() < end) {
      const news = new AbortController();
      this.#waiting.push(() => news.abort());
      await pause(end - clock.monotonic(), news.signal);
    }
    if (this.state.linked)
      return { connected: true, message: `WhatsApp is linked${this.state.account ? ` as ${this.state.account}` : ''}` };
    if (!this.#linking && !this.#codeCame)
      return { connected: false, message: `WhatsApp was not reached: ${this.state.lastError ?? 'no code came'}` };
    if (!this.#linking)
      return { connected: false, message: 'WhatsApp was not linked: the code was not scanned in time. Begin again' };
    if (this.#qr === undefined) return { connected: false, message: 'no code came from WhatsApp yet' };
    return { connected: false, message: 'Scan this code: WhatsApp on the phone, Linked devices, Link a device', qr: this.#qr };
  }

  async logout(): Promise<boolean> {
    const { linked } = this.state;
    // The other side is told where it can be; what is here is forgotten in any case.
    if (this.#socket && this.state.connected) await this.#socket.logout().catch(() => undefined);
    await this.#unlink();
    return linked;
  }

  #connect(): void {
    if (this.#stop.signal.aborted) return;
    this.#disconnect();
    const socket = this.#options.library.makeWASocket({
      auth: this.#auth.state,
      printQRInTerminal: false,
      markOnlineOnConnect: false,
      syncFullHistory: false,
      browser: ['Polygate', 'Chrome', '1.0'],
      logger: SILENT,
    });
    this.#socket = socket;
    const ifMine =
      <T>(react: (value: T) => unknown) =>
      (value: T) => {
        if (this.#socket === socket) void Promise.resolve(react(value)).catch(this.#failed);
      };
    socket.ev.on(
      'creds.update',
      ifMine(() => this.#auth.saveCreds()),
    );
    socket.ev.on(
      'connection.update',
      ifMine((update: ConnectionUpdate) => this.#follow(update)),
    );
    socket.ev.on(
      'messages.upsert',
      ifMine(async ({ messages }: { messages: Parameters<typeof messageIn>[0][] }) => {
        const came = messages.flatMap((message) => messageIn(message, this.#auth.state.creds.me?.id) ?? []);
        if (came.length === 0) return;
        const turnedAway = await this.#options.reception.take(came);
        this.#note({ lastInboundAt: this.#options.clock.now(), ...(turnedAway === undefined ? {} : { turnedAway }) });
      }),
    );
  }

  async #follow({ connection, lastDisconnect, qr }: ConnectionUpdate): Promise<void> {
    if (qr !== undefined) {
      this.#qr = qr;
      this.#codeCame = true;
      this.#wake();
    }
    if (connection === 'open') this.#opened();
    if (connection === 'close') await this.#closed(lastDisconnect?.error);
  }

  #opened(): void {
    this.#failures = 0;
    this.#linking = false;
    this.#qr = undefined;
    const { me } = this.#auth.state.creds;
    const account = me ? { account: `+${numberIn(me.id)}` } : {};
    this.#note({ linked: true, connected: true, authAt: this.#options.clock.now(), reconnectAttempts: 0, ...account }, [
      'lastError',
    ]);
    this.#options.log.info('whatsapp: connected');
    this.#wake();
  }

  async #closed(error: NonNullable<ConnectionUpdate['lastDisconnect']>['error']): Promise<void> {
    const { log, clock } = this.#options;
    const code = error?.output?.statusCode;
    const reason = `${error?.message ?? 'closed'}${code === undefined ? '' : ` (${code})`}`;
    this.#disconnect();
    this.#note({ connected: false, lastError: reason });
    if (code === ENDED.loggedOut) {
      await this.#unlink();
      log.warn('whatsapp: the phone ended the link: channels login whatsapp links it anew');
      return;
    }
    const linking = this.#linking && code !== ENDED.restart;
    if (linking || (!this.state.linked && !this.#linking)) {
      // Codes were shown for as long as WhatsApp shows them.
      this.#linking = false;
      this.#qr = undefined;
      return this.#wake();
    }
    this.#failures += 1;
    this.#note({ reconnectAttempts: this.#failures });
    log.warn(`whatsapp: ${reason}: connecting again`);
    // A restart is part of linking, and asked for.
    if (code !== ENDED.restart || this.#failures > 3)
      await pause(backoffMs(this.#failures + (code === ENDED.replaced ? 5 : 0), clock.random), this.#stop.signal);
    if (!this.#socket && (this.state.linked || this.#linking)) this.#connect();
  }

  async #unlink(): Promise<void> {
    this.#disconnect();
    this.#linking = false;
    this.#qr = undefined;
    this.#note({ linked: false, connected: false }, ['account', 'authAt']);
    this.#auth = await this.#options.forget();
    this.#wake();
  }

  #disconnect(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.end(undefined);
  }

  readonly #failed = (error: Error): void => {
    this.#options.log.error(`whatsapp: ${error.message}`);
    this.#note({ lastError: error.message });
  };

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #note(state: Partial<ChannelState>, gone: readonly (keyof ChannelState)[] = []): void {
    Object.assign(this.state, state);
    for (const field of gone) delete this.state[field];
    this.#options.events.changed();
  }
}

/** The library would print keys of messages and accounts. */
const SILENT = {
  level: 'silent',
  child: () => SILENT,
  ...Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, () => undefined])),
} as { level: string; child(): unknown };
