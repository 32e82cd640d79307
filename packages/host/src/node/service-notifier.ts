import type { Host } from '../ports.ts';

/** What a service tells the manager that started it. */
export interface ServiceNotifier {
  /** It can be used from now on; dependents may start. */
  ready(status: string): Promise<void>;
  /** What it does, in one line, for people who look at the service. */
  status(text: string): Promise<void>;
  /** It reads its settings again; `ready` ends that. */
  reloading(): Promise<void>;
  /** It ends, and is not to be taken for dead meanwhile. */
  stopping(): Promise<void>;
  /** What a successor is given, to speak to the same manager. */
  readonly environment: Readonly<Record<string, string>>;
  /** Another process speaks from now on: no more signs of life of this one. */
  handedOver(): void;
}

export interface NotifierOptions {
  /** Takes another process's place, as the main one of the service. */
  succeeds?: boolean;
  /** No sign of life is given while this is false. */
  isAlive?: () => boolean;
}

/** How often in one period of the watchdog a sign of life is given: one may be late. */
const SIGNS_PER_PERIOD = 3;

/**
 * Speaks to systemd as a service of Type=notify (sd_notify(3)): ready, stopping, and a sign of life as often as WATCHDOG_USEC
 * asks. Through systemd-notify(1), as Node has no datagram sockets of the unix kind. undefined where nobody listens. Takes the
 * variables out of the environment: what this process starts must not speak in its name.
 */
export function serviceNotifier(
  { processes }: Pick<Host, 'processes'>,
  env: NodeJS.ProcessEnv,
  { succeeds = false, isAlive = () => true }: NotifierOptions = {},
): ServiceNotifier | undefined {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, PATH } = env;
  delete env.NOTIFY_SOCKET;
  delete env.WATCHDOG_USEC;
  delete env.WATCHDOG_PID;
  if (!NOTIFY_SOCKET) return undefined;
  let signs: NodeJS.Timeout | undefined;
  const tell = async (...args: string[]) => {
    // A manager that cannot be told will say so itself; the service goes on.
    await processes.query(['systemd-notify', ...args], { env: { PATH, NOTIFY_SOCKET }, timeoutMs: 5_000 });
  };
  const periodMs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid ? Number(WATCHDOG_USEC ?? 0) / 1000 : 0;
  return {
    async ready(status) {
      // A process that succeeds another one is the main one from now on (sd_notify(3)).
      await tell('--ready', ...(succeeds ? [`MAINPID=${process.pid}`] : []), `--status=${status}`);
      if (periodMs > 0) signs ??= setInterval(() => void (isAlive() && tell('WATCHDOG=1')), periodMs / SIGNS_PER_PERIOD).unref();
    },
    status: (text) => tell(`STATUS=${text}`),
    // The time tells which of two reloads is meant (sd_notify(3), Type=notify-reload).
    reloading: () => tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`),
    environment: { NOTIFY_SOCKET, ...(WATCHDOG_USEC === undefined ? {} : { WATCHDOG_USEC }) },
    handedOver() {
      clearInterval(signs);
      signs = undefined;
    },
    async stopping() {
      clearInterval(signs);
      await tell('STOPPING=1', 'STATUS=stopping');
    },
  };
}
