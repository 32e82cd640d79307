import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Finished, runCommand } from '@polygate/testkit';

const SCRIPT = path.join(import.meta.dirname, 'systemd-box.sh');
const NEEDS = ['/lib/systemd/systemd', '/usr/bin/dbus-daemon', '/usr/lib/polkit-1/polkitd'];

/** Why no real systemd can be booted here; undefined when one can. */
export function whyNoBox(): string | undefined {
  if (process.platform !== 'linux') return 'a systemd box needs Linux';
  if (process.getuid?.() !== 0) return 'a systemd box needs root';
  const missing = NEEDS.filter((file) => !existsSync(file));
  if (missing.length > 0)
    return `a systemd box needs ${missing.join(', ')} (apt-get install systemd dbus dbus-user-session libpam-systemd polkitd)`;
  if (!readFileSync('/proc/self/mounts', 'utf8').includes(' cgroup2 ')) return 'a systemd box needs a mounted cgroup2';
  return undefined;
}

/** A real systemd as PID 1 of its own namespaces, over a throw-away copy of this machine's root. */
export class SystemdBox {
  readonly name: string;
  private constructor(name: string) {
    this.name = name;
  }

  static async up(options: { linger?: boolean; user?: string } = {}): Promise<SystemdBox> {
    const box = new SystemdBox(`pg${process.pid}-${Math.random().toString(36).slice(2, 7)}`);
    await box.#script([
      'up',
      '-n',
      box.name,
      // Inside, /tmp is another one: a checkout there would be hidden.
      '--ro-bind',
      path.resolve(import.meta.dirname, '..', '..'),
      ...(options.linger ? ['--linger'] : []),
      ...(options.user ? ['--user', options.user] : []),
    ]);
    return box;
  }

  /** Runs a command inside, as the ordinary account: with a login session, plainly, or bare as under cron. */
  exec(
    argv: readonly string[],
    options: { as?: string; session?: 'login' | 'bare'; env?: Record<string, string>; input?: string; timeoutMs?: number } = {},
  ): Promise<Finished> {
    const { as, session, env = {}, input, timeoutMs = 90_000 } = options;
    const flags = [
      ...(as ? ['--as', as] : []),
      ...(session ? [`--${session}`] : []),
      ...Object.entries(env).flatMap(([k, v]) => ['--env', `${k}=${v}`]),
    ];
    return runCommand([SCRIPT, 'exec', '-n', this.name, '--chdir', '/', ...flags, '--', ...argv], {
      env: hostEnv(),
      timeoutMs,
      ...(input === undefined ? {} : { input }),
    });
  }

  /** Power off and on again. */
  async powerCycle(): Promise<void> {
    await this.#script(['poweroff', '-n', this.name]);
    await this.#script(['boot', '-n', this.name]);
  }

  async reboot(): Promise<void> {
    await this.#script(['reboot', '-n', this.name]);
  }

  async down(): Promise<void> {
    await this.#script(['down', '-n', this.name]);
  }

  async #script(args: string[]): Promise<void> {
    const { code, stderr } = await runCommand([SCRIPT, ...args], { env: hostEnv(), timeoutMs: 120_000 });
    if (code !== 0) throw new Error(`systemd-box ${args[0]} failed (${code}): ${stderr}`);
  }
}

const hostEnv = () => ({ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' });
