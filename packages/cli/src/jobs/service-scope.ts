import { isSystemManager, type ManagerId, PLATFORM_MANAGERS, Problem, serviceName, variableName } from '@polygate/core';
import type { ServiceManager } from '@polygate/host';
import type { Context } from '../context.ts';
import { launchOf } from './launch.ts';

/** What the command line says about which service is meant. */
export interface ScopeOptions {
  system?: boolean | undefined;
  userName?: string | undefined;
  manager?: string | undefined;
}

export interface ServiceScope {
  /** The machine as the account sees it whose gateway it is. */
  context: Context;
  manager: ServiceManager;
}

/** The manager of the whole machine, of the platform that a context is of; undefined where it has none. */
export const systemManagerId = ({ host }: Pick<Context, 'host'>): ManagerId | undefined =>
  PLATFORM_MANAGERS[host.platform]?.system;

/**
 * The manager to use, and as whom. A service of the system belongs to an account all the same: paths come from its home.
 * @throws Problem ROOT_NEEDED with the line to type, when what is `asked` (`gateway install`) changes something of the system and this process may not
 */
export async function serviceScope(context: Context, options: ScopeOptions, asked?: string): Promise<ServiceScope> {
  const { system, userName, manager } = options;
  const { host } = context;
  const ofSystem = systemManagerId(context);
  if (!system && userName === undefined && (manager === undefined || manager !== ofSystem)) {
    // An agent is of a login, and root has none: with sudo, what is written belongs to whoever typed it.
    const typedBy = host.platform === 'darwin' && isRoot() && !host.users.isOther ? host.env.SUDO_USER : undefined;
    const own = typedBy === undefined ? context : await context.forAccount(typedBy);
    return { context: own, manager: await own.manager(manager) };
  }
  if (ofSystem === undefined) throw new Problem('MANAGER_MISSING', { platform: host.platform });
  if (manager !== undefined && manager !== ofSystem)
    throw new Problem('OPTION_INVALID', { option: '--manager', value: manager, expected: `${ofSystem}, or no --system` });
  const account = userName ?? (isRoot() ? host.env.SUDO_USER : undefined) ?? host.users.name;
  if (asked !== undefined) await refuseWithoutRights(context, `${asked} --system`, account);
  const owner = account === host.users.name ? context : await context.forAccount(account);
  return { context: owner, manager: await owner.manager(ofSystem) };
}

/** The manager that has the service of the selected instance: with nothing said, another one where only that one has it. */
export async function foundScope(context: Context, options: ScopeOptions, verb?: string): Promise<ServiceScope> {
  const scope = await serviceScope(context, options, verb);
  if (isSystemManager(scope.manager.id) || options.manager !== undefined) return scope;
  const { instance } = await context.open({ live: true });
  const manager = await managerOf(context, scope.manager, instance);
  if (isSystemManager(manager.id)) return serviceScope(context, { system: true, userName: context.host.users.name }, verb);
  return { ...scope, manager };
}

/** Where others' services are: never under Polygate's own supervisor. A manager that cannot be asked now still has its definitions. */
export async function othersScope(context: Context, options: ScopeOptions, verb?: string): Promise<ServiceScope> {
  const scope = await serviceScope(context, options, verb);
  const ofAccount = PLATFORM_MANAGERS[context.host.platform]?.account;
  if (scope.manager.id !== 'builtin' || options.manager !== undefined || ofAccount === undefined) return scope;
  return { ...scope, manager: await context.manager(ofAccount) };
}

/** The usual manager, unless only another one has a service for this very state directory. */
export async function managerOf(
  context: Pick<Context, 'host' | 'manager'>,
  usual: ServiceManager,
  { pack, profile, stateDir }: Awaited<ReturnType<Context['open']>>['instance'],
): Promise<ServiceManager> {
  const has = async (manager: ServiceManager) => {
    const { text, definition, unreadable } = await manager.inspect(serviceName(pack, profile.value, manager.id));
    if (manager === usual) return text !== undefined || unreadable !== undefined;
    return definition?.environment[variableName(pack, 'STATE_DIR')] === stateDir.value;
  };
  if (await has(usual)) return usual;
  const { account, system } = PLATFORM_MANAGERS[context.host.platform] ?? {};
  for (const id of [account, system, 'builtin'] as const) {
    if (id === undefined || id === usual.id) continue;
    const other = await context.manager(id);
    if (await has(other)) return other;
  }
  return usual;
}

const isRoot = () => process.getuid?.() === 0;

/** @throws Problem ROOT_NEEDED */
async function refuseWithoutRights(context: Context, asked: string, account: string): Promise<void> {
  const what = 'a service of the system';
  if (context.host.platform === 'win32') {
    const { isElevated } = await import('./elevated.ts');
    if (await isElevated(context.host)) return;
    throw new Problem('ROOT_NEEDED', { what, line: `${context.commandLine} ${asked}`, administrator: true });
  }
  if (!isRoot()) throw new Problem('ROOT_NEEDED', { what, line: `sudo ${sudoCommand(context)} ${asked} --user-name ${account}` });
}

/** The command as root finds it: sudo looks only in the system's own directories. */
function sudoCommand(context: Context): string {
  const { node, entry } = launchOf(context);
  const { program, commandLine } = context;
  const found = /^\/usr\/(local\/)?s?bin\//.test(entry);
  return found ? commandLine : [node, entry, ...commandLine.slice(program.length).trim().split(' ')].filter(Boolean).join(' ');
}
