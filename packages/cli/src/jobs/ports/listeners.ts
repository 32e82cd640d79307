import { describeHolders, fixedPorts, heldPorts, type InstanceListener, redact, variableNames } from '@polygate/core';
import type { ForeignListener } from '@polygate/core/ports';
import type { Host, Listener, OpenInstance } from '@polygate/host';

/** A listener as it may be shown: secrets on its command line are masked. */
export const shownListener = (listener: Listener): Listener => ({
  ...listener,
  ...(listener.command === undefined ? {} : { command: redact(listener.command) }),
});

/** Who listens on which port of which instance: one look at the system for all. undefined when it cannot tell. */
export async function listenersOf(
  host: Host,
  instances: readonly OpenInstance[],
): Promise<Map<OpenInstance, InstanceListener[]> | undefined> {
  const ports = new Set(instances.flatMap(({ instance }) => heldPorts(instance.footprint).map(({ port }) => port)));
  const pids = instances.flatMap(({ lock }) => (lock ? [lock.pid] : []));
  const all = await host.net.listenersOn(ports, pids);
  if (!all) return undefined;
  return new Map(await Promise.all(instances.map(async (opened) => [opened, await ofOne(host, opened, all)] as const)));
}

async function ofOne(host: Host, opened: OpenInstance, all: readonly Listener[]): Promise<InstanceListener[]> {
  const met = heldPorts(opened.instance.footprint).flatMap(({ port, label }) =>
    all.filter((listener) => listener.port === port).map((listener) => ({ ...listener, use: label })),
  );
  return Promise.all(
    met.map(async (listener) => ({
      ...shownListener(listener),
      use: listener.use,
      own: await isOwn(host, opened, listener.pid),
    })),
  );
}

/** The process of the verified lock, a child of it, or one whose environment names this state directory. */
export async function isOwn({ processes, files }: Host, opened: OpenInstance, pid: number | undefined): Promise<boolean> {
  if (pid === undefined) return false;
  const { lock, instance, canonicalStateDir } = opened;
  if (lock?.pid === pid) return true;
  if (lock && (await processes.info(pid))?.ppid === lock.pid) return true;
  const env = await processes.environmentOf(pid);
  const said = env && variableNames(instance.pack, 'STATE_DIR').flatMap((name) => env[name] ?? [])[0];
  return said !== undefined && (await files.canonical(said)) === canonicalStateDir;
}

/** Listeners on the fixed ports of an instance that are not its own. A browser on a leased port is what the lease is for. */
export function foreign({ instance }: OpenInstance, listeners: readonly InstanceListener[]): ForeignListener[] {
  const fixed = new Set(fixedPorts(instance.footprint).map(({ port }) => port));
  return listeners
    .filter(({ own, port }) => !own && fixed.has(port))
    .map((listener) => ({ port: listener.port, holder: describeHolders([listener]) }));
}
