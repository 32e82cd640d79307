import { type ManagerId, Problem, serviceName, variableName } from '@polygate/core';
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

const SYSTEM = 'systemd-system';

/**
 * The manager to use, and as whom. A service of the system belongs to an account all the same: paths come from its home.
 * @throws Problem ROOT_NEEDED with the line to type, when what is `asked` (`gateway install`) changes something of the system and this process is not root
 */
export async function serviceScope(
  context: Context,
  options: ScopeOptions,
  asked?: string,
  platform?: NodeJS.Platform,
): Promise<ServiceScope> {
  const { system, userName, manager } = options;
  if (!system && userName === undefined && manager !== SYSTEM)
    return { context, manager: await context.manager(manager, platform) };
  if (manager !== undefined && manager !== SYSTEM)
    throw new Problem('OPTION_INVALID', { option: '--manager', value: manager, expected: `${SYSTEM}, or no --system` });
  const { host } = context;
  const account = userName ?? (isRoot() ? host.env.SUDO_USER : undefined) ?? host.users.name;
  if (asked !== undefined && !isRoot()) {
    const line = `sudo ${sudoCommand(context)} ${asked} --system --user-name ${account}`;
    throw new Problem('ROOT_NEEDED', { what: 'a service of the system', line });
  }
  const owner = account === host.users.name ? context : await context.forAccount(account);
  return { context: owner, manager: await owner.manager(SYSTEM, platform) };
}

/** The manager that has the service of the selected instance: with nothing said, another one where only that one has it. */
export async function foundScope(context: Context, options: ScopeOptions, verb?: string): Promise<ServiceScope> {
  const scope = await serviceScope(context, options, verb);
  if (scope.manager.id === SYSTEM || options.manager !== undefined) return scope;
  const { instance } = await context.open({ live: true });
  const manager = await managerOf(context, scope.manager, instance);
  if (manager.id === SYSTEM) return serviceScope(context, { system: true, userName: context.host.users.name }, verb);
  return { ...scope, manager };
}

/** Where others' services are: never under Polygate's own supervisor. A systemd that cannot be asked now still has its units. */
export async function othersScope(context: Context, options: ScopeOptions, verb?: string): Promise<ServiceScope> {
  const scope = await serviceScope(context, options, verb);
  if (scope.manager.id !== 'builtin' || options.manager !== undefined || context.host.platform !== 'linux') return scope;
  return { ...scope, manager: await context.manager('systemd-user') };
}

/** In the order in which they are looked at when nothing is said. */
const MANAGERS: readonly ManagerId[] = ['systemd-user', SYSTEM, 'builtin'];

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
  for (const id of MANAGERS) {
    if (id === usual.id || (id !== 'builtin' && context.host.platform !== 'linux')) continue;
    const other = await context.manager(id);
    if (await has(other)) return other;
  }
  return usual;
}

const isRoot = () => process.getuid?.() === 0;

/** The command as root finds it: sudo looks only in the system's own directories. */
function sudoCommand(context: Context): string {
  const { node, entry } = launchOf(context);
  const { program, commandLine } = context;
  const found = /^\/usr\/(local\/)?s?bin\//.test(entry);
  return found ? commandLine : [node, entry, ...commandLine.slice(program.length).trim().split(' ')].filter(Boolean).join(' ');
}
