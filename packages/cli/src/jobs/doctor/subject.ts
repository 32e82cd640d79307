import {
  builtInPacks,
  isProblem,
  PLATFORM_MANAGERS,
  type ProductPack,
  renderProblem,
  sameProfile,
  serviceName,
  variableNames,
} from '@polygate/core';
import type { Told } from '@polygate/core/doctor';
import { parseEnvFile } from '@polygate/core/service';
import {
  type CheckedInstance,
  checkInstance,
  type Host,
  type Inspection,
  type OpenInstance,
  openInstance,
  type ServiceManager,
} from '@polygate/host';
import { type FoundInstance, listInstances, selectorsFor } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { managerFor } from '../manager-for.ts';
import { type LegacyService, legacyServices } from './legacy.ts';

/** The instance that is looked at, from its own record: the shell of the caller chose it, and has no further say. */
export interface Subject {
  /** As the command line had it: for what is said about the shell, and for what is to be typed. */
  asked: Context;
  /** In the environment of the record. Repairs go through this one. */
  context: Context;
  /** As it would start. */
  opened: CheckedInstance;
  /** undefined where this host has no manager. */
  service: SubjectService | undefined;
  /** All instances of this account. */
  all: readonly FoundInstance[];
  /** Why the environment could not be followed. */
  contradiction: Told | undefined;
}

export interface SubjectService {
  manager: ServiceManager;
  name: string;
  inspection: Inspection;
  legacy: readonly LegacyService[];
  /** Secrets that the service has been given: part of the record, wherever they stand. */
  secrets: Readonly<Record<string, string>>;
  /** They stand in a file that this account may not read (a service of the system). */
  isSealed: boolean;
}

/** Finds the instance, and what its own record is. Reads only. */
export async function findSubject(asked: Context, meant?: ServiceManager): Promise<Subject> {
  const world = await asked.world({ fresh: true });
  const packs = [...world.ownPacks, ...builtInPacks];
  const env = withoutProducts(packs, asked.host.env);
  const { chosen, contradiction } = await choose(asked, env);
  const all = await listInstances(world);
  const { pack, profile } = chosen.instance;
  const found = all.find((one) => one.product === pack.id && one.stateDir === chosen.canonicalStateDir);
  const named = { product: pack.id, profile: profile.value };
  const selectors = found && sameProfile(found.profile, profile.value) ? await selectorsFor(world, found) : {};
  const own = asked.again(named, { ...env, ...selectors });
  const first = await open(own);
  const manager = meant ?? (await ownerOf(own, first, all));
  const name = serviceName(pack, first.instance.profile.value, manager.id);
  const inspection = await manager.inspect(name, { registered: true });
  const legacy = await legacyServices(own, manager, first, all);
  const definitions = [...legacy.map((old) => old.inspection), inspection];
  const given = await Promise.all(definitions.map((one) => secretsOf(asked.host, pack, one)));
  const secrets: Record<string, string> = Object.assign({}, ...given.map((one) => one.secrets));
  for (const secret of Object.values(secrets)) asked.secrets.add(secret);
  const context = asked.again(named, { ...env, ...selectors, ...secrets });
  const opened = await checkInstance(await open(context));
  const isSealed = given.some((one) => one.isSealed);
  return { asked, context, opened, service: { manager, name, inspection, legacy, secrets, isSealed }, all, contradiction };
}

/** The manager of its service. One under an older name has the platform's to itself, also where that cannot be asked now. */
async function ownerOf(context: Context, opened: OpenInstance, all: readonly FoundInstance[]): Promise<ServiceManager> {
  const manager = await managerFor(context, opened.instance);
  const ofAccount = PLATFORM_MANAGERS[context.host.platform]?.account;
  if (manager.id !== 'builtin' || ofAccount === undefined) return manager;
  const usual = await context.manager(ofAccount);
  return (await legacyServices(context, usual, opened, all)).length > 0 ? usual : manager;
}

/** Without `refuseUnfinished`: half of a change is what the doctor is asked about. */
const open = async (context: Context): Promise<OpenInstance> =>
  openInstance(await context.world(), context.selection, { live: false });

/** The instance that command line and shell mean; where those contradict one another, what the command line means alone. */
async function choose(asked: Context, env: Host['env']): Promise<{ chosen: OpenInstance; contradiction: Told | undefined }> {
  const world = await asked.world();
  try {
    return { chosen: await openInstance(world, asked.selection, { live: false }), contradiction: undefined };
  } catch (error) {
    if (!isProblem(error, 'INSTANCE_SPLIT', 'PROFILE_NAME_INVALID')) throw error;
    const chosen = await openInstance({ ...world, host: { ...world.host, env } }, asked.selection, { live: false });
    return { chosen, contradiction: told(asked, error) };
  }
}

/** A problem in the words of the catalogue. */
export function told({ commandLine, secrets }: Context, problem: unknown): Told {
  const { code, message, hint } = renderProblem(problem, { command: commandLine, secrets });
  return { code, message, hint };
}

/** The environment without any variable of a product. */
function withoutProducts(packs: readonly ProductPack[], env: Host['env']): Record<string, string | undefined> {
  const isProducts = (name: string) =>
    packs.some(
      ({ env: { prefix, names = {} } }) => name.startsWith(prefix) || Object.values(names).some((all) => all.includes(name)),
    );
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isProducts(name)));
}

/** Token and password that a definition, or the file that it names, gives the gateway. */
async function secretsOf(
  { files }: Host,
  pack: ProductPack,
  { definition }: Inspection,
): Promise<Pick<SubjectService, 'isSealed'> & { secrets: Record<string, string> }> {
  if (!definition) return { secrets: {}, isSealed: false };
  const file = definition.environmentFile;
  let isSealed = false;
  const text =
    file &&
    (await files.read(file).catch(() => {
      isSealed = true;
      return undefined;
    }));
  const given = { ...definition.environment, ...parseEnvFile(text ?? '') };
  const names = ['GATEWAY_TOKEN', 'GATEWAY_PASSWORD'].flatMap((suffix) => variableNames(pack, suffix));
  const secrets = Object.fromEntries(names.flatMap((name) => (given[name]?.trim() ? [[name, given[name]]] : [])));
  return { secrets, isSealed };
}
