import { type IsolationFinding, PLATFORM_MANAGERS, type PortFinding } from '@polygate/core';
import type { OtherServiceFacts, RunningFacts, SiblingFacts } from '@polygate/core/doctor';
import { openInstance } from '@polygate/host';
import type { Context } from '../../context.ts';
import { isolationOf } from '../isolation.ts';
import { drawMap } from '../ports/map.ts';
import { gatherAll } from '../status/all.ts';
import { gather } from '../status/facts.ts';
import { lastError } from '../status/last-error.ts';
import { nextFor } from '../status/next.ts';
import { stateDirOf } from './legacy.ts';
import type { Subject } from './subject.ts';

const PROBE_MS = 5_000;
const SETTLED = ['healthy', 'not-installed', 'stopped', 'unknown'];

/** What `ports check` says of the instance. */
export async function portFacts({ context, opened }: Subject): Promise<PortFinding[]> {
  const { findings } = await drawMap(context, [opened]);
  return findings.filter(({ instance }) => instance === opened.instance.id);
}

/** What `profiles audit` says of the instance. */
export async function isolationFacts({ context, opened }: Subject): Promise<IsolationFinding[]> {
  const { id } = opened.instance;
  const { findings } = await isolationOf(context);
  return findings.filter(({ instances }) => instances.some((one) => one === id || one.startsWith(`${id} at `)));
}

/** What `gateway status` says of it. */
export async function runningFacts({ asked, context, service }: Subject): Promise<RunningFacts> {
  const live = await openInstance(await context.world(), context.selection, { live: true });
  const findings = await gather(context, live, {}, service?.manager, { probe: true, timeoutMs: PROBE_MS });
  const { verdict, reason } = findings.judgement;
  const { lock } = live;
  return {
    verdict,
    reason,
    gateway: lock && { pid: lock.pid, parent: (await context.host.processes.info(lock.pid))?.ppid, version: lock.version },
    next: nextFor(findings, asked.commandLine),
    lastError: SETTLED.includes(verdict) ? undefined : await lastError(context.host, findings),
  };
}

/** Every other instance of this account, as `status --all` tells of it. */
export async function siblingFacts({ context, opened }: Subject): Promise<SiblingFacts[]> {
  const { rows } = await gatherAll(context, { timeoutMs: PROBE_MS, except: opened });
  return rows.map(({ id, verdict, reason }) => ({ id, verdict: verdict ?? 'unknown', reason: reason ?? '' }));
}

/** Definitions of gateways in every scope of this host's manager. */
export async function otherServices({ context, opened, service }: Subject): Promise<OtherServiceFacts[]> {
  if (!service) return [];
  const managers = [service.manager, ...(await scopesBeside(context, service.manager.id))];
  const found = await Promise.all(
    managers.map(async (manager) =>
      Promise.all(
        (await manager.list()).map(async (name): Promise<OtherServiceFacts[]> => {
          const inspection = await manager.inspect(name).catch(() => undefined);
          const stateDir = inspection && (await stateDirOf(context, name, inspection));
          if (!inspection || stateDir === undefined) return [];
          return [{ name, path: inspection.path, sameStateDir: stateDir === opened.canonicalStateDir }];
        }),
      ),
    ),
  );
  return found.flat(2);
}

/** The platform's manager of the other scope, for one of the platform's own. */
async function scopesBeside(context: Context, id: string) {
  const { account, system } = PLATFORM_MANAGERS[context.host.platform] ?? {};
  if (id === account) return [await context.manager(system)];
  return id === system ? [await context.manager(account)] : [];
}
