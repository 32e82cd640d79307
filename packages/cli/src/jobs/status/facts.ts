import { type Generation, type Judgement, type ManagerView, type ProbeReport, serviceName, textAt } from '@polygate/core';
import { generationOf } from '@polygate/core/generation';
import { type ConfigNow, isReady, judge, judgeIdentity } from '@polygate/core/status';
import {
  type CheckedInstance,
  checkInstance,
  type Host,
  type Inspection,
  type Listener,
  lockedBy,
  type OpenInstance,
  type ProcessInfo,
  type ServiceManager,
  withParents,
} from '@polygate/host';
import type { Context } from '../../context.ts';
import { clientIdentity } from '../client-identity.ts';
import { generationOfProgram } from '../program/generation.ts';
import { runningOfItsMake, stateDirGivenTo } from '../program/running.ts';
import { otherOwner } from '../service.ts';
import { resolveTarget, type Target, type TargetOptions } from '../target.ts';
import { located } from './locate.ts';

interface FoundService {
  name: string;
  manager: ServiceManager;
  inspection: Inspection;
  view: ManagerView | undefined;
  /** The state directory that the service of this name is of, when that is another's. */
  owner: string | undefined;
}

/** Everything that was seen of one instance, each kind of fact by itself, and the verdict on it. */
export interface Findings {
  opened: CheckedInstance;
  target: Target;
  service: FoundService | undefined;
  process: ProcessInfo | undefined;
  /** undefined when this system cannot tell. */
  listeners: Listener[] | undefined;
  /** Who listens on its port, with what started them: a launcher often leaves the port to a child of its own. */
  owners: ReadonlySet<number>;
  probe: ProbeReport | undefined;
  judgement: Judgement;
  /** The config file in the words in which a gateway speaks of it. */
  configNow: ConfigNow;
  /** Nothing is where the state directory should be. */
  stateDirGone: boolean;
  /** The health summary that it said hello with. */
  health: unknown;
  /** The service's process answers, and owns another state directory than the one that is there. */
  detached: boolean;
}

export interface GatherOptions {
  probe: boolean;
  timeoutMs: number;
  /** Name of its service, where that is not the usual one: of an earlier generation. */
  service?: string;
  /** Who listens, where that was looked up for many at once. */
  net?: Host['net'];
}

/** Gathers definition, manager's view, process, port ownership and protocol identity side by side, and judges. */
export async function gather(
  context: Context,
  asIs: OpenInstance,
  asked: TargetOptions,
  manager: ServiceManager | undefined,
  options: GatherOptions,
): Promise<Findings> {
  const host = options.net ? { ...context.host, net: options.net } : context.host;
  const { pack, profile } = asIs.instance;
  const name = manager && (options.service ?? serviceName(pack, profile.value, manager.id));
  const inspected = manager && name !== undefined ? inspect(context, manager, name, asIs) : undefined;
  // With a lock, or another address to ask, there is no need to wait for the manager.
  const isKnown = asIs.lock !== undefined || asked.url !== undefined;
  const opened = await checkInstance(isKnown ? asIs : await located(host, asIs, await inspected));
  const { config } = opened;
  const target = resolveTarget(context, opened, asked);
  const generation = await generationOfProgram(host, opened.instance);
  const owner = ownership(host, opened, inspected, generation);
  const lookAgain = () =>
    ownership(host, opened, manager && name !== undefined ? inspect(context, manager, name, asIs) : undefined, generation);
  let health: unknown;
  const onHello = (told: unknown) => {
    health = told;
  };
  const [service, { process, listeners, owners: first }, probe] = await Promise.all([
    inspected,
    owner,
    options.probe
      ? probeInstance(context, opened, target, { owner, lookAgain, timeoutMs: options.timeoutMs, onHello, generation })
      : undefined,
  ]);
  const owners = new Set([...first, ...(await withParents(host, listeners ?? [], service?.view?.pid))]);
  const pids = [process?.pid, service?.view?.pid].filter((pid) => pid !== undefined);
  const configNow = nowOf(opened, target);
  const place = await standing(host, opened, owners, service?.view?.pid);
  const judgement = judge({
    configErrors: config.exists ? config.errors.length : undefined,
    installed: service?.inspection.text !== undefined,
    manager: service?.view,
    process: process && { pid: process.pid, ageMs: process.ageMs },
    portOwner: portOwner(listeners, owners, pids),
    probe,
    address: target.explicit ? target.url : undefined,
    unreadable: service?.inspection.unreadable?.message,
    configReady: isReady(configNow),
    ...place,
  });
  if (service?.owner !== undefined) judgement.reason += `; the service ${service.name} belongs to ${service.owner}`;
  return { opened, target, service, process, listeners, owners, probe, judgement, configNow, health, ...place };
}

/** The config as it is now, beside what a gateway may have said of an earlier one. */
function nowOf({ config }: CheckedInstance, { access }: Target): ConfigNow {
  const mode = textAt(config.parsed, 'gateway.mode');
  return { exists: config.exists, errors: config.errors.length, mode, hasSecret: access.secret !== undefined };
}

/** Whether what runs still stands on the state directory: it may be gone, or another one by now. */
async function standing(
  host: Context['host'],
  { canonicalStateDir, instance, lock, settings }: OpenInstance,
  owners: ReadonlySet<number>,
  pid: number | undefined,
): Promise<Pick<Findings, 'stateDirGone' | 'detached'>> {
  // Of one that was never set up nothing is gone: its port is the product's usual one, and maybe another's.
  const isKnown = instance.port.origin === 'ledger' || (pid !== undefined && owners.has(pid));
  const stateDirGone = isKnown && (await host.files.stat(canonicalStateDir).catch(() => ({}))) === undefined;
  const mayBe = !stateDirGone && !lock && settings?.program === 'reference' && pid !== undefined && owners.has(pid);
  // Looked at again: it may just have started. A service with a /proc of its own may be known by another stamp: its pid will do.
  const holder = mayBe ? await lockedBy(host, instance.stateDir.value) : undefined;
  return { stateDirGone, detached: mayBe && (holder === undefined || !owners.has(holder)) };
}

/** What a manager says of a service that is not there. */
const ABSENT: ManagerView = {
  ...{ enabled: false, state: 'stopped', detail: 'inactive/dead', pid: undefined, lastExitStatus: undefined, restarts: 0 },
  ...{ gaveUp: false, lastRunMs: undefined },
};

/** A service of this name that another state directory has says nothing of this instance: it has none. */
async function inspect(
  context: Context,
  manager: ServiceManager,
  name: string,
  opened: OpenInstance,
): Promise<NonNullable<Findings['service']>> {
  const [inspection, view] = await Promise.all([manager.inspect(name), manager.status(name)]);
  const owner = await otherOwner(context, inspection, opened);
  if (owner === undefined) return { name, manager, inspection, view, owner };
  const none = { path: inspection.path, text: undefined, mode: undefined, definition: undefined, overrides: [] };
  return { name, manager, inspection: none, view: view && ABSENT, owner };
}

type Ownership = Pick<Findings, 'process' | 'listeners' | 'owners'>;

interface Asking extends Pick<GatherOptions, 'timeoutMs'> {
  owner: Promise<Ownership>;
  lookAgain(): Promise<Ownership>;
  onHello(health: unknown): void;
  generation: Generation | undefined;
}

async function probeInstance(
  context: Context,
  opened: CheckedInstance,
  { url, token, password, explicit }: Target,
  { owner, lookAgain, timeoutMs, onHello, generation }: Asking,
): Promise<ProbeReport> {
  // What speaks to a gateway is loaded while the kernel looks for who owns the port.
  const { climb } = await import('@polygate/client');
  return climb({
    url,
    token,
    password,
    client: clientIdentity(context),
    timeoutMs,
    healthPath: generation?.known ? (generation.http.alive ?? null) : undefined,
    identify: async ({ server, snapshot }) => {
      onHello(snapshot.health);
      if (explicit) return { ok: true, detail: 'not checked: --url was given' };
      const { pack, program, stateDir } = opened.instance;
      const { namesItself } =
        generation?.known || program === 'reference' ? (generation ?? OWN) : generationOf(pack, server.version);
      const stateDirs = [opened.canonicalStateDir, stateDir.value];
      const by = async ({ process, owners }: Ownership) => {
        const given = namesItself ? undefined : await givenTo(context, opened, owners);
        return judgeIdentity({ stateDirs, said: snapshot.stateDir, namesItself, pid: process?.pid, owners, given });
      };
      const seen = await owner;
      const identified = await by(seen);
      // Nobody listened, or no process of it was known, when it was looked at, and now somebody answers: it has just started.
      const isWhole = seen.owners.size > 0 && seen.process !== undefined;
      return identified.ok || isWhole ? identified : by(await lookAgain());
    },
  });
}

/** Polygate's own gateway names what it has. */
const OWN = { namesItself: true };

/** The state directory that who listens was started with. */
async function givenTo({ host }: Context, { instance }: OpenInstance, owners: ReadonlySet<number>): Promise<string | undefined> {
  for (const pid of owners) {
    const given = await stateDirGivenTo(host, instance, pid);
    if (given !== undefined) return given;
  }
  return undefined;
}

/** The instance's process (from its verified lock, else from the manager) and who listens on its port. */
async function ownership(
  host: Host,
  { instance, lock }: OpenInstance,
  inspected: Promise<NonNullable<Findings['service']>> | undefined,
  generation: Generation | undefined,
): Promise<Ownership> {
  // With a lock there is no need to wait for the manager.
  const pid = lock?.pid ?? (await inspected)?.view?.pid ?? (await runningOfItsMake(host, instance, generation));
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
