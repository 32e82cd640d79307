import { type Judgement, type ManagerView, type ProbeReport, serviceName } from '@polygate/core';
import { judge, judgeIdentity } from '@polygate/core/status';
import {
  type CheckedInstance,
  checkInstance,
  type Inspection,
  type Listener,
  type OpenInstance,
  type ProcessInfo,
  type ServiceManager,
  withParents,
} from '@polygate/host';
import type { Context } from '../../context.ts';
import { clientIdentity } from '../client-identity.ts';
import type { Target } from '../target.ts';

/** Everything that was seen of one instance, each kind of fact by itself, and the verdict on it. */
export interface Findings {
  opened: CheckedInstance;
  target: Target;
  service: { name: string; inspection: Inspection; manager: ServiceManager; view: ManagerView | undefined } | undefined;
  process: ProcessInfo | undefined;
  /** undefined when this system cannot tell. */
  listeners: Listener[] | undefined;
  /** Who listens on its port, with what started them: a launcher often leaves the port to a child of its own. */
  owners: ReadonlySet<number>;
  probe: ProbeReport | undefined;
  judgement: Judgement;
}

export interface GatherOptions {
  probe: boolean;
  timeoutMs: number;
  /** Name of its service, where that is not the usual one: of an earlier generation. */
  service?: string;
}

/** Gathers definition, manager's view, process, port ownership and protocol identity side by side, and judges. */
export async function gather(
  context: Context,
  unchecked: OpenInstance,
  target: Target,
  manager: ServiceManager | undefined,
  options: GatherOptions,
): Promise<Findings> {
  const opened = await checkInstance(unchecked);
  const { instance } = opened;
  const name = manager && (options.service ?? serviceName(instance.pack, instance.profile.value, manager.id));
  const inspected = manager && name !== undefined ? inspect(manager, name) : undefined;
  const owner = ownership(context, opened, inspected);
  const [service, { process, listeners, owners: first }, probe] = await Promise.all([
    inspected,
    owner,
    options.probe ? probeInstance(context, opened, target, owner, options.timeoutMs) : undefined,
  ]);
  const owners = new Set([...first, ...(await withParents(context.host, listeners ?? [], service?.view?.pid))]);
  const pids = [process?.pid, service?.view?.pid].filter((pid) => pid !== undefined);
  const judgement = judge({
    configErrors: opened.config.exists ? opened.config.errors.length : undefined,
    installed: service?.inspection.text !== undefined,
    manager: service?.view,
    process: process && { pid: process.pid, ageMs: process.ageMs },
    portOwner: portOwner(listeners, owners, pids),
    probe,
  });
  return { opened, target, service, process, listeners, owners, probe, judgement };
}

async function inspect(manager: ServiceManager, name: string): Promise<NonNullable<Findings['service']>> {
  const [inspection, view] = await Promise.all([manager.inspect(name), manager.status(name)]);
  return { name, manager, inspection, view };
}

type Ownership = Pick<Findings, 'process' | 'listeners' | 'owners'>;

async function probeInstance(
  context: Context,
  opened: CheckedInstance,
  { url, token, password, explicit }: Target,
  owner: Promise<Ownership>,
  timeoutMs: number,
): Promise<ProbeReport> {
  // What speaks to a gateway is loaded while the kernel looks for who owns the port.
  const { climb } = await import('@polygate/client');
  return climb({
    url,
    token,
    password,
    client: clientIdentity(context),
    timeoutMs,
    identify: async ({ snapshot }) => {
      if (explicit) return { ok: true, detail: 'not checked: --url was given' };
      const { process, owners } = await owner;
      const stateDirs = [opened.canonicalStateDir, opened.instance.stateDir.value];
      return judgeIdentity({ stateDirs, said: snapshot.stateDir, pid: process?.pid, owners });
    },
  });
}

/** The instance's process (from its verified lock, else from the manager) and who listens on its port. */
async function ownership(
  { host }: Context,
  { instance, lock }: OpenInstance,
  inspected: Promise<NonNullable<Findings['service']>> | undefined,
): Promise<Ownership> {
  // With a lock there is no need to wait for the manager.
  const pid = lock?.pid ?? (await inspected)?.view?.pid;
  const [process, listeners] = await Promise.all([
    pid === undefined ? undefined : host.processes.info(pid),
    host.net.listeners(instance.port.value, pid === undefined ? [] : [pid]),
  ]);
  return { process, listeners, owners: await withParents(host, listeners ?? [], pid) };
}

function portOwner(
  listeners: Listener[] | undefined,
  owners: ReadonlySet<number>,
  pids: readonly number[],
): 'nobody' | 'ours' | 'other' | undefined {
  if (listeners === undefined) return undefined;
  if (listeners.length === 0) return 'nobody';
  return pids.some((pid) => owners.has(pid)) ? 'ours' : 'other';
}
