import { fixedPorts, serviceName } from '@polygate/core';
import { type Listener, type OpenInstance, withParents } from '@polygate/host';
import { type Opened, openAll } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { managerFor } from '../manager-for.ts';
import { isOwn } from './listeners.ts';

/** there · gone: neither config nor state directory, and nothing runs · kept: gone as well, but for a gateway that listens. */
export type Life =
  | { state: 'there' | 'gone' }
  | {
      state: 'kept';
      by: Listener;
      /** Its service runs it. */
      serviced: boolean;
    };

/** Whether anything of an instance is left besides its record. Ports that its gateway still listens on are never free. */
export async function lifeOf(context: Context, opened: OpenInstance): Promise<Life> {
  const { host } = context;
  const { config, lock, canonicalStateDir } = opened;
  if (config.exists || lock || (await host.files.stat(canonicalStateDir).catch(() => ({}))) !== undefined)
    return { state: 'there' };
  const ports = new Set(fixedPorts(opened.instance.footprint).map(({ port }) => port));
  const listeners = (await host.net.listenersOn(ports)) ?? [];
  if (listeners.length === 0) return { state: 'gone' };
  const service = await servicePid(context, opened);
  for (const one of listeners) {
    const serviced = service !== undefined && (await withParents(host, [one], service)).has(service);
    if (serviced || (await isOwn(host, opened, one.pid))) return { state: 'kept', by: one, serviced };
  }
  const { value: base } = opened.instance.port;
  const onBase = listeners.find(({ port }) => port === base);
  return onBase && (await isNobodysGateway(context, opened, onBase))
    ? { state: 'kept', by: onBase, serviced: false }
    : { state: 'gone' };
}

async function servicePid(context: Context, { instance }: OpenInstance): Promise<number | undefined> {
  const manager = await managerFor(context, instance);
  return manager && (await manager.status(serviceName(instance.pack, instance.profile.value, manager.id)))?.pid;
}

/** A gateway of which no other instance can say that it is its own: with its directory, its lock is gone. */
async function isNobodysGateway(context: Context, opened: OpenInstance, { port, pid }: Listener): Promise<boolean> {
  const { isGateway } = await import('../is-gateway.ts');
  if (!(await isGateway(port))) return false;
  const others = (await openAll(await context.world())).flatMap((one: Opened) => one.opened ?? []);
  const owned = await Promise.all(
    others.map(async (other) => other.canonicalStateDir !== opened.canonicalStateDir && (await isOwn(context.host, other, pid))),
  );
  return !owned.includes(true);
}
