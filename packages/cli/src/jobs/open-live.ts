import { serviceName } from '@polygate/core';
import type { OpenInstance } from '@polygate/host';
import type { Context } from '../context.ts';
import { managerFor } from './manager-for.ts';
import { located } from './status/locate.ts';

/**
 * The instance, on the port where its gateway is now. The lock of a live one says so at once; only where there is none, and a
 * service is installed, its manager is asked.
 */
export async function openLive(context: Context, url: string | undefined): Promise<OpenInstance> {
  const opened = await context.open({ live: true });
  if (opened.lock || url !== undefined) return opened;
  const { pack, profile } = opened.instance;
  const manager = await managerFor(context, opened.instance);
  if (!manager) return opened;
  const name = serviceName(pack, profile.value, manager.id);
  const inspection = await manager.inspect(name);
  if (inspection.text === undefined && !inspection.unreadable) return opened;
  return located(context.host, opened, { inspection, view: await manager.status(name) });
}
