import { type Access, type Drift, isSystemManager, Problem, resolveAccess, serviceName, variableName } from '@polygate/core';
import {
  defineService,
  diffDefinitions,
  guardsOthers,
  PARKED_FILE,
  parseEnvFile,
  renderEnvFile,
  startsForEver,
} from '@polygate/core/service';
import type { Inspection, OpenInstance, ServiceManager, WantedService } from '@polygate/host';
import type { Context } from '../context.ts';
import { launchOf } from './launch.ts';
import { generationOfProgram } from './program/generation.ts';

/** The service of an instance as an install would write it. Secrets that its settings name stay in the file that has them. */
export async function wantedService(
  context: Context,
  { instance, config, settings }: OpenInstance,
  manager: ServiceManager,
): Promise<WantedService> {
  const { pack, stateDir, identity, program } = instance;
  const name = serviceName(pack, instance.profile.value, manager.id);
  const path = manager.environmentFile(name, stateDir.value);
  const kept = typeof program === 'object' && (program.secrets?.length ?? 0) > 0;
  const given = secretsFromEnvironment(context, resolveAccess(pack, identity.env, {}, config.parsed), instance);
  // Where it may not be read (the system's are root's), it is left as it is.
  const text = kept ? await context.host.files.read(path).catch(() => undefined) : undefined;
  const secrets = { ...parseEnvFile(text ?? ''), ...given };
  const writes = Object.keys(given).length > 0 || text !== undefined;
  const forEver = startsForEver(manager.id);
  // One that is not Polygate's own knows no such end: the guard ends for it.
  const guard =
    manager.id !== 'builtin' && (settings?.guard === true || (guardsOthers(manager.id) && typeof program === 'object'));
  const parkedFile = forEver ? context.host.paths.join(stateDir.value, PARKED_FILE) : undefined;
  const account = isSystemManager(manager.id) ? context.host.users.name : undefined;
  const generation = await generationOfProgram(context.host, instance);
  const launch = { ...launchOf(context), account, guard, parkedFile };
  return {
    definition: defineService(instance, launch, writes || kept ? path : undefined, generation),
    environmentFile: writes ? { path, content: renderEnvFile(secrets) } : undefined,
  };
}

/** The token that set-up made stays in the config; only a secret that came from the environment needs a file of its own. */
export function secretsFromEnvironment(
  context: Context,
  { secret, authMode }: Access,
  { pack }: OpenInstance['instance'],
): Record<string, string> {
  if (secret?.origin !== 'env') return {};
  context.secrets.add(secret.value);
  return { [variableName(pack, `GATEWAY_${authMode.toUpperCase()}`)]: secret.value };
}

/** Name of the instance's service, after making sure that a service of that name is not another instance's. */
export async function ownServiceName(context: Context, manager: ServiceManager, opened: OpenInstance): Promise<string> {
  const { instance } = opened;
  const name = serviceName(instance.pack, instance.profile.value, manager.id);
  const inspection = await manager.inspect(name);
  const owner = await otherOwner(context, inspection, opened);
  if (owner !== undefined) throw new Problem('SERVICE_NAME_TAKEN', { name, path: inspection.path, owner });
  return name;
}

/** The state directory that a definition names, when that is another one than the instance's. */
export async function otherOwner(
  { host }: Context,
  { definition }: Inspection,
  { instance, canonicalStateDir }: OpenInstance,
): Promise<string | undefined> {
  const said = definition?.environment[variableName(instance.pack, 'STATE_DIR')];
  return said !== undefined && (await host.files.canonical(said)) !== canonicalStateDir ? said : undefined;
}

/** How the installed definition differs from the one that an install would write; empty when none is installed. */
export function driftOf(wanted: WantedService, installed: Inspection | undefined): Drift[] {
  return installed?.definition ? diffDefinitions(installed.definition, wanted.definition) : [];
}
