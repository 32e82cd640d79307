import type { ProductPack } from '../gen/product-pack.gen.ts';
import { selectorsOf } from '../instance/identity.ts';
import type { Instance } from '../instance/instance.ts';
import type { Generation } from '../product/generation.ts';
import { DEFAULT_PROFILE } from '../profile/name.ts';
import { frugal } from './frugal.ts';
import { PARKED_FILE_VARIABLE } from './parking.ts';

/** What a service is, whichever manager runs it. Every format renders this and reads it back. */
export interface ServiceDefinition {
  description: string;
  /** Program and arguments; the program is an absolute path. */
  argv: string[];
  workingDirectory: string;
  environment: Record<string, string>;
  /** File with the secrets that came from the environment (mode 0600), when there are any. */
  environmentFile: string | undefined;
  /** Account that it runs as, where the manager is not that account's own. */
  account: string | undefined;
  /** It tells its manager that it is ready and alive (sd_notify(3)). Any other counts as started once it runs. */
  notifies: boolean;
  /** What a gateway of its make may take to stop, where that is longer than is usual (seconds), and says besides 78. */
  stopSeconds?: number | undefined;
  fatalExits?: readonly number[] | undefined;
  /** What it started outlives it, and has to be ended by a command. Undefined: what it started ends with it. */
  outlived?: { stop: string[]; reload: string[] } | undefined;
}

/** What the definition takes from this installation of Polygate. */
export interface Launch {
  /** Stable path of the node binary (a symlink that upgrades keep, where there is one). */
  node: string;
  /** Stable path of Polygate's entry file. */
  entry: string;
  version: string;
  /** Value of POLYGATE_HOME when it is set. */
  polygateHome: string | undefined;
  home: string;
  /** The system that it is for. */
  platform: string;
  /** The account to run as, for a manager of the whole system. */
  account?: string | undefined;
  /** Where it writes down why it ended for good, for a manager that starts again whatever does not end with success. */
  parkedFile?: string | undefined;
  /** Behind Polygate's guard, which probes it and starts it again when it hangs. */
  guard?: boolean | undefined;
}

/** Name of the file in the state directory with the secrets of a service (0600). */
export const SERVICE_ENV_FILE = 'service.env';

/** What a manager waits for a gateway to stop, where nothing is known of its make. */
export const USUAL_STOP_SECONDS = 30;

const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
/** Homebrew's directories come first there (facts of the family: the newest generation's list). */
const MAC_PATH = ['/opt/homebrew/bin', '/opt/homebrew/sbin', '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/**
 * The definition of an instance's service. Derived from the instance and this installation alone, never from the caller's shell.
 * `generation`: of its external program.
 */
export function defineService(
  instance: Instance,
  launch: Launch,
  environmentFile: string | undefined,
  generation?: Generation,
): ServiceDefinition {
  const { pack, profile, stateDir, configPath, port } = instance;
  const { prefix } = pack.env;
  return {
    description: describe(pack, profile.value, launch.version),
    argv: [...programOf(instance, launch), '--port', String(port.value)],
    workingDirectory: stateDir.value,
    environment: {
      ...accountVariables(launch, launch.guard ? 'reference' : instance.program),
      ...(launch.polygateHome === undefined ? {} : { POLYGATE_HOME: launch.polygateHome }),
      ...parking(launch),
      ...generation?.environment,
      ...programEnvironment(instance),
      ...selectorsOf(pack, { profile: profile.value, stateDir: stateDir.value, configPath: configPath.value }, port.value),
      [`${prefix}SERVICE_MARKER`]: pack.service.marker,
      [`${prefix}SERVICE_KIND`]: 'gateway',
      [`${prefix}SERVICE_VERSION`]: launch.version,
    },
    environmentFile,
    account: launch.account,
    notifies: launch.guard === true || isReference(instance),
    ...budgetOf(generation),
  };
}

/** The definition of the one service that runs all instances of an account. `places` are variables that its folders depend on. */
export function defineSupervisor(launch: Launch, places: Readonly<Record<string, string>>): ServiceDefinition {
  const polygate = [launch.node, launch.entry];
  return {
    description: `Polygate supervisor (v${launch.version})`,
    argv: [launch.node, ...frugal(), launch.entry, 'up'],
    workingDirectory: launch.home,
    environment: { ...accountVariables(launch), ...parking(launch), ...places },
    environmentFile: undefined,
    account: launch.account,
    notifies: true,
    outlived: { stop: [...polygate, 'down'], reload: [...polygate, 'supervisor', 'reload'] },
  };
}

/**
 * What tells the program whose it is and where to look for others; a program of others is often a script for the Node that is
 * installed beside it (nvm, a global npm folder). Windows gives each process the PATH of its account by itself.
 */
function accountVariables(
  { home, node, platform }: Pick<Launch, 'home' | 'node' | 'platform'>,
  program?: Instance['program'],
): Record<string, string> {
  if (platform === 'win32') return { USERPROFILE: home };
  const [command = ''] = typeof program === 'object' ? program.command : [];
  const folders = [command, node].flatMap((file) => (file.startsWith('/') ? [file.slice(0, file.lastIndexOf('/')) || '/'] : []));
  const system = platform === 'darwin' ? MAC_PATH : SYSTEM_PATH;
  return { HOME: home, PATH: [...new Set([...folders, ...system])].join(':') };
}

function budgetOf(generation: Generation | undefined): Pick<ServiceDefinition, 'stopSeconds' | 'fatalExits'> {
  const { stopSeconds = 0, fatalExits = [] } = generation ?? {};
  return { ...(stopSeconds > USUAL_STOP_SECONDS ? { stopSeconds } : {}), ...(fatalExits.length > 0 ? { fatalExits } : {}) };
}

const parking = ({ parkedFile }: Launch): Record<string, string> =>
  parkedFile === undefined ? {} : { [PARKED_FILE_VARIABLE]: parkedFile };

const programEnvironment = ({ program }: Instance): Record<string, string> =>
  typeof program === 'object' ? { ...(program.environment as Record<string, string> | undefined) } : {};

const isReference = ({ program }: Instance) => program === undefined || program === 'reference';

function describe(pack: ProductPack, profile: string, version: string): string {
  const about = profile === DEFAULT_PROFILE ? `v${version}` : `profile: ${profile}, v${version}`;
  return `${pack.displayName} Gateway (${about})`;
}

/** Command line without the port. The profile is in it, so that `ps` can tell instances apart. */
function programOf({ pack, profile, program }: Instance, { node, entry, guard }: Launch): string[] {
  const own = [node, entry, '--product', pack.id, '--profile', profile.value, 'gateway'];
  if (guard) return [...own, 'guard'];
  if (program !== undefined && program !== 'reference') return program.command;
  return [...own, 'run'];
}
