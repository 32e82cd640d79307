import { fixedPorts, heldPorts, redact, variableNames } from '@polygate/core';
import type { ForeignListener } from '@polygate/core/ports';
import type { Host, Listener, OpenInstance } from '@polygate/host';

/** Who listens on a port of an instance. */
export interface PortListener extends Listener {
  /** What the instance has the port for. */
  use: string;
  /** It is the gateway of this very instance, as far as that can be told. */
  own: boolean;
}

/** Who listens on which port of which instance: one look at the system for all. undefined when it cannot tell. */
export async function listenersOf(
  host: Host,
  instances: readonly OpenInstance[],
): Promise<Map<OpenInstance, PortListener[]> | undefined> {
  const ports = new Set(instances.flatMap(({ instance }) => heldPorts(instance.footprint).map(({ port }) => port)));
  const pids = instances.flatMap(({ lock }) => (lock ? [lock.pid] : []));
  const all = await host.net.listenersOn(ports, pids);
  if (!all) return undefined;
  return new Map(await Promise.all(instances.map(async (opened) => [opened, await ofOne(host, opened, all)] as const)));
}

async function ofOne(host: Host, opened: OpenInstance, all: readonly Listener[]): Promise<PortListener[]> {
  const met = heldPorts(opened.instance.footprint).flatMap(({ port, label }) =>
    all.filter((listener) => listener.port === port).map((listener) => ({ ...listener, use: label })),
  );
  return Promise.all(
    met.map(async (listener) => ({
      ...listener,
      ...(listener.command === undefined ? {} : { command: redact(listener.command) }),
      own: await isOwn(host, opened, listener.pid),
    })),
  );
}

/** The process of the verified lock, a child of it, or one whose environment names this state directory. */
async function isOwn({ processes, files }: Host, opened: OpenInstance, pid: number | undefined): Promise<boolean> {
  if (pid === undefined) return false;
  const { lock, instance, canonicalStateDir } = opened;
  if (lock?.pid === pid) return true;
  if (lock && (await processes.info(pid))?.ppid === lock.pid) return true;
  const env = await processes.environmentOf(pid);
  const said = env && variableNames(instance.pack, 'STATE_DIR').flatMap((name) => env[name] ?? [])[0];
  return said !== undefined && (await files.canonical(said)) === canonicalStateDir;
}

/** Listeners on the fixed ports of an instance that are not its own. A browser on a leased port is what the lease is for. */
export function foreign({ instance }: OpenInstance, listeners: readonly PortListener[]): ForeignListener[] {
  const fixed = new Set(fixedPorts(instance.footprint).map(({ port }) => port));
  return listeners
    .filter(({ own, port }) => !own && fixed.has(port))
    .map((listener) => ({ port: listener.port, holder: describeListener(listener) }));
}

/** `pid 4242 (node server.js, user ana)`, as far as it is known. */
export function describeListener({ pid, command, user }: Listener): string {
  const about = [command, user && `user ${user}`].filter(Boolean).join(', ');
  return `${pid === undefined ? 'a process that this account may not see' : `pid ${pid}`}${about ? ` (${about})` : ''}`;
}
