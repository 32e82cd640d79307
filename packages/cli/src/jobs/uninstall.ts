import { builtInPacks, isSystemManager, Problem, serviceName, variableName } from '@polygate/core';
import { recogniseService } from '@polygate/core/service';
import type { Inspection, OpenInstance, ServiceManager } from '@polygate/host';
import { adoptionPath } from '@polygate/host/adoptions';
import { listInstances } from '@polygate/host/instances';
import type { Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { alone } from './carry-out.ts';
import { lifecycleOutcome } from './service-command.ts';

/** Removes the service of the instance, makes sure that nothing of it is left, and says what was kept. */
export async function uninstallService(context: Context, manager: ServiceManager, force: boolean): Promise<Outcome> {
  const opened = await context.open({ live: true });
  const name = await nameToRemove(context, manager, opened, force);
  const stateDir = opened.instance.stateDir.value;
  return alone(context, manager, name, async () => {
    const before = await manager.status(name);
    const plan = await manager.plan(name, { kind: 'uninstall', stateDir, force });
    const { warnings } = await manager.apply(plan.steps);
    const overrides = context.host.paths.dirname(manager.overrideAt({ path: name, keys: [] }, name));
    await context.host.files.trees.removeEmpty(overrides).catch(() => undefined);
    const view = await manager.status(name);
    const { ours, kept: foreign } = await manager.remains(name, stateDir);
    const runs = view?.state === 'running' || view?.state === 'starting';
    const left = [...ours, ...(runs ? [`it still runs (pid ${view?.pid})`] : []), ...(await survivor(context, before?.pid))];
    if (left.length > 0) throw new Problem('UNINSTALL_INCOMPLETE', { name, left });
    const kept = [stateDir, opened.instance.workspace.value, ...foreign, ...(await record(context, manager, name))];
    return lifecycleOutcome(
      { manager, name, view },
      {
        action: 'uninstall',
        result: 'uninstalled',
        message: plan.steps.length === 0 ? `${name} is not installed; nothing to do.` : `${name} is stopped and removed.`,
        warnings,
        hints: [`Kept: ${kept.join(', ')}`, ...(await byHand(context, opened, before?.pid))],
        kept,
      },
    );
  });
}

/**
 * The service of this instance. What belongs to another one is never removed, what somebody altered only with `force`.
 * @throws Problem SERVICE_NAME_TAKEN or SERVICE_ALTERED
 */
async function nameToRemove(context: Context, manager: ServiceManager, opened: OpenInstance, force: boolean): Promise<string> {
  const { pack, profile } = opened.instance;
  const name = serviceName(pack, profile.value, manager.id);
  const inspection = await manager.inspect(name);
  if (inspection.unreadable) throw inspection.unreadable;
  if (inspection.text === undefined) return name;
  const { path, definition } = inspection;
  const owner = definition?.environment[variableName(pack, 'STATE_DIR')];
  const elsewhere = owner === undefined ? undefined : await context.host.files.canonical(owner);
  if (owner !== undefined && elsewhere !== opened.canonicalStateDir) {
    // The definition by itself proves nothing: it is what is in doubt.
    const known = await listInstances(await context.world());
    const isKnown = known.some(({ stateDir, found }) => stateDir === elsewhere && found.some((way) => way !== 'definition'));
    if (isKnown || (await isOtherAccounts(context, manager, inspection, owner)))
      throw new Problem('SERVICE_NAME_TAKEN', { name, path, owner });
  }
  const reason =
    owner !== undefined && elsewhere !== opened.canonicalStateDir
      ? `its state directory is ${owner}`
      : await alteration(context, opened, name, inspection);
  if (reason !== undefined && !force) throw new Problem('SERVICE_ALTERED', { name, path, reason, scope: manager.options });
  return name;
}

/** Of the services of the system, one that runs as another account and has a state directory there. */
async function isOtherAccounts(
  { host }: Context,
  { id }: ServiceManager,
  { definition }: Inspection,
  stateDir: string,
): Promise<boolean> {
  if (!isSystemManager(id) || (definition?.account ?? 'root') === host.users.name) return false;
  return (await host.files.stat(stateDir).catch(() => undefined)) !== undefined;
}

async function alteration(
  context: Context,
  { instance }: OpenInstance,
  name: string,
  { definition }: Inspection,
): Promise<string | undefined> {
  if (!definition) return 'it has no ExecStart';
  const packs = [...(await context.world()).ownPacks, ...builtInPacks];
  const found = recogniseService(packs, name, definition);
  if (found?.pack?.id === instance.pack.id && found.by !== 'name') return undefined;
  return found?.pack && found.by !== 'name'
    ? `it runs the gateway of ${found.pack.id}`
    : `nothing in it says that it runs a gateway of ${instance.pack.id}`;
}

/** A service whose manager leaves children behind (KillMode=process) may be gone and still be there. */
async function survivor({ host }: Context, pid: number | undefined): Promise<string[]> {
  const info = pid === undefined ? undefined : await host.processes.info(pid);
  return info ? [`its process ${info.pid} is still there`] : [];
}

/** A gateway that nobody's service runs is not this command's to end. */
async function byHand(context: Context, { lock }: OpenInstance, pid: number | undefined): Promise<string[]> {
  if (!lock || lock.pid === pid || !(await context.host.processes.info(lock.pid))) return [];
  return [`A gateway that was not started by the service goes on (pid ${lock.pid}, port ${lock.port})`];
}

/** What an adoption replaced is the only copy of it. */
async function record(context: Context, manager: ServiceManager, name: string): Promise<string[]> {
  const { host } = context;
  const { folders } = await context.world();
  const path = adoptionPath(host, manager.folder ?? folders, manager.id, name);
  return (await host.files.stat(path).catch(() => undefined)) ? [path] : [];
}
