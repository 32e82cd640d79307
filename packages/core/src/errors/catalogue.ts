import type { Issue } from '../gen/output.gen.ts';
import type { WslState } from '../readings/wsl.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { WSL_TEXTS } from './wsl.ts';

export type { Issue };

/** Who holds a port, as far as the system lets us see. */
export interface HolderInfo {
  pid?: number | undefined;
  command?: string | undefined;
  user?: string | undefined;
}

/** The values that each code carries. A code is public: scripts match on it, so it is never renamed. */
export interface ProblemParams {
  UNEXPECTED: { message: string };
  USAGE: { message: string; topic?: string };
  OPTION_REPEATED: { option: string };
  OPTION_INVALID: { option: string; value: string; expected: string };
  NODE_TOO_OLD: { version: string; wanted: string };
  HOME_MISSING: { home: string | undefined };

  PRODUCT_UNKNOWN: { product: string; known: string[] };
  PRODUCT_PACK_INVALID: { file: string; issues: Issue[] };
  PROFILE_NAME_INVALID: { name: string; reason: string };
  PROFILE_NAME_RESERVED: { name: string; label: string };
  PROFILE_CONFLICT: { first: string; second: string };
  PROFILE_UNKNOWN: { profile: string; product: string; known: string[] };
  PROFILE_NOT_SET_UP: { profile: string; product: string; account: string };
  INSTANCE_SPLIT: { profile: string; variable: string; value: string; owner: string };
  STATE_DIR_TAKEN: { stateDir: string; owner: string };
  PROFILE_NAME_TAKEN: { profile: string; stateDir: string };
  STATE_DIR_DENIED: { stateDir: string; reason: string };
  PROGRAM_NOT_CHOSEN: { instance: string; stateDir: string };
  COMMAND_TAKEN: { name: string; path: string; inPlace: boolean };
  PROFILE_EXISTS: { profile: string; path: string };
  PROFILE_RUNNING: { profile: string; reason: string };
  PATH_PROTECTED: { path: string; reason: string };
  CHANGE_UNFINISHED: { change: string; command: string };

  PORT_INVALID: { source: string; value: string };
  PORT_OUT_OF_RANGE: { port: number; highest: number };
  PORT_CONFLICT: { port: number; use: string; owner: string; ownerUse: string; suggestion?: number };
  PORT_TAKEN: { port: number; holders: HolderInfo[] };
  PORT_HELD_BY_STRANGER: { port: number; holders: HolderInfo[] };
  PORTS_EXHAUSTED: { first: number; last: number };
  PORT_LEASED: { owner: string; free: string; port?: number; use?: string };
  CDP_PORTS_EXHAUSTED: { first: number; last: number };
  BROWSER_PROFILE_NAME_INVALID: { name: string };
  BROWSER_PROFILE_UNKNOWN: { profile: string; instance: string; known: string[] };
  BROWSER_PROFILE_KEPT: { profile: string; instance: string; reason: string };

  CONFIG_INVALID: { file: string; issues: Issue[] };
  CONFIG_MISSING: { file: string };
  GATEWAY_MODE_UNSET: { file: string; mode: string | undefined };
  AUTH_MISSING: { file: string };
  BIND_WITHOUT_SECRET: { bind: string; file: string };
  BIND_INVALID: { bind: string; reason: string };
  FILE_CORRUPT: { file: string; what: string; reason: string };
  FILE_FROM_FUTURE: { file: string; version: number; supported: number };
  FILE_DENIED: { file: string; action: string };
  FILE_FAILED: { file: string; action: string; reason: string };
  DISK_FULL: { file: string };

  LOCK_HELD: { what: string; holder: string; pid?: number | undefined };
  GATEWAY_ALREADY_RUNNING: { stateDir: string; pid: number; port?: number; by: 'state directory' | 'config file' };
  GATEWAY_STILL_RUNNING: { pid: number; port: number };
  GATEWAY_NOT_RUNNING: { url: string; explicit?: boolean };
  GATEWAY_UNREACHABLE: { url: string; reason: string };
  GATEWAY_STARTING: { url: string; retryAfterMs: number };
  GATEWAY_UNAUTHORIZED: { url: string; reason: string };
  GATEWAY_PROTOCOL_MISMATCH: { url: string; reason: string };
  GATEWAY_REFUSED: { method: string; code: string; message: string; details?: unknown };

  SUPERVISOR_RUNNING: { pid: number | null; names?: readonly string[] };
  SUPERVISOR_NOT_RUNNING: Record<string, never>;
  SUPERVISOR_NOT_STARTED: { reason: string; log: string };
  SUPERVISOR_UNREACHABLE: { path: string; reason: string };
  SUPERVISOR_MISMATCH: { spoken: number | null; wanted: number };
  SUPERVISOR_REFUSED: { code: string; message: string; hint: string };
  SOCKET_PATH_TOO_LONG: { path: string; bytes: number; limit: number };
  NAMES_REPEATED: { names: readonly string[] };
  NOT_SUPERVISED: { instance: string; known: string[] };
  NOTHING_TO_RUN: { reasons: readonly string[] };

  MANAGER_MISSING: { platform: string; wsl?: WslState | undefined };
  MANAGER_UNSUPPORTED: { manager: string; platform: string };
  MANAGER_UNREACHABLE: { manager: string; reason: string; advice: string };
  MANAGER_FAILED: { command: string; reason: string };
  LINGER_DENIED: { user: string; reason: string };
  SERVICE_NAME_TAKEN: { name: string; path: string; owner: string };
  SERVICE_IN_OTHER_SCOPE: { name: string; path: string };
  SERVICE_MASKED: { name: string; unmask: string };
  ROOT_NEEDED: { what: string; line: string };
  ACCOUNT_UNKNOWN: { account: string };
  SERVICE_NOT_INSTALLED: { name: string };
  SERVICE_STILL_INSTALLED: { name: string; path: string; profile: string; product: string };
  SERVICE_ALTERED: { name: string; path: string; reason: string };
  SERVICES_SEVERAL: { instance: string; names: string[] };
  SERVICE_NOT_ADOPTABLE: { name: string; path: string; reason: string };
  NOTHING_ADOPTED: { name: string };
  UNINSTALL_INCOMPLETE: { name: string; left: string[] };
  SERVICE_NOT_HEALTHY: { name: string; verdict: string; reason: string };
  VALUE_UNQUOTABLE: { what: string; reason: string };
}

export type ProblemCode = keyof ProblemParams;

export interface Entry<P> {
  exit: ExitCode;
  message(params: P): string;
  /** The next thing to type or do. `command` is the user's command with product and profile already in it. */
  hint(params: P, command: string): string;
}

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
const where = (file: string, { path, message, line, column }: Issue) =>
  `${file}${line === undefined ? '' : `:${line}:${column ?? 1}`}${path ? ` ${path}` : ''}: ${message}`;
const issueText = (file: string, issues: Issue[]) => {
  const [first] = issues;
  if (first && issues.length === 1) return where(file, first);
  return `${count(issues.length, 'problem')} in ${file}${issues.map((i) => `\n  ${where(file, i)}`).join('')}`;
};

const NOBODY_KNOWN = 'a process that this account may not see';

/** `pid 4242 (node server.js, user ana)`, or that nobody may say. */
export function describeHolders(holders: HolderInfo[]): string {
  if (holders.length === 0) return NOBODY_KNOWN;
  return holders
    .map(({ pid, command, user }) => {
      const about = [command, user && `user ${user}`].filter(Boolean).join(', ');
      return `${pid === undefined ? NOBODY_KNOWN : `pid ${pid}`}${about ? ` (${about})` : ''}`;
    })
    .join(' and ');
}

export const catalogue: { [C in ProblemCode]: Entry<ProblemParams[C]> } = {
  UNEXPECTED: {
    exit: EXIT.failed,
    message: (p) => p.message,
    hint: (_, command) => `run it again with --verbose and report what it prints: ${command} --verbose …`,
  },
  USAGE: {
    exit: EXIT.usage,
    message: (p) => p.message,
    hint: (p, command) => `${command} ${p.topic ? `${p.topic} ` : ''}--help`,
  },
  OPTION_REPEATED: {
    exit: EXIT.usage,
    message: (p) => `${p.option} is given more than once`,
    hint: (p) => `give ${p.option} once`,
  },
  OPTION_INVALID: {
    exit: EXIT.usage,
    message: (p) => `${p.option} cannot be ${JSON.stringify(p.value)}`,
    hint: (p) => `expected ${p.expected}`,
  },
  NODE_TOO_OLD: {
    exit: EXIT.config,
    message: (p) => `Node ${p.version} is too old: polygate needs ${p.wanted}`,
    hint: () => 'install a newer Node.js and run the command with it',
  },
  HOME_MISSING: {
    exit: EXIT.config,
    message: (p) => (p.home === undefined || p.home === '' ? 'HOME is not set' : `HOME is not an existing directory: ${p.home}`),
    hint: () => 'set HOME to your home directory, or POLYGATE_HOME to the directory that shall hold everything',
  },

  PRODUCT_UNKNOWN: {
    exit: EXIT.usage,
    message: (p) => `unknown product ${JSON.stringify(p.product)} (known: ${p.known.join(', ')})`,
    hint: () => 'choose a known one with --product, or describe yours with --product-file FILE',
  },
  PRODUCT_PACK_INVALID: {
    exit: EXIT.config,
    message: (p) => issueText(p.file, p.issues),
    hint: () => 'compare it with docs/reference/product-packs.md, or a pack under templates/products',
  },
  PROFILE_NAME_INVALID: {
    exit: EXIT.usage,
    message: (p) => `profile name ${JSON.stringify(p.name)} ${p.reason}`,
    hint: () => 'use 1 to 64 letters, digits, "_" or "-", starting with a letter or digit, for example --profile rescue',
  },
  PROFILE_NAME_RESERVED: {
    exit: EXIT.usage,
    message: (p) => `profile name ${JSON.stringify(p.name)} is reserved: its service would be ${p.label}`,
    hint: () => 'choose another profile name',
  },
  PROFILE_CONFLICT: {
    exit: EXIT.usage,
    message: (p) => `${p.first} and ${p.second} name different profiles`,
    hint: () => 'give one of them',
  },
  PROFILE_UNKNOWN: {
    exit: EXIT.notRunning,
    message: (p) =>
      `profile ${p.profile} of ${p.product} does not exist (${p.known.length > 0 ? `there are: ${p.known.join(', ')}` : 'there is none'})`,
    hint: (p) => `polygate --product ${p.product} --profile ${p.profile} setup`,
  },
  PROFILE_NOT_SET_UP: {
    exit: EXIT.notRunning,
    message: (p) => `${p.account} has no profile ${p.profile} of ${p.product}: it is to be set up by that account itself`,
    hint: (p) => `sudo -iu ${p.account} polygate --product ${p.product} --profile ${p.profile} setup`,
  },
  INSTANCE_SPLIT: {
    exit: EXIT.config,
    message: (p) => `profile ${p.profile} was asked for, but ${p.variable}=${p.value} belongs to ${p.owner}`,
    hint: (p) => `unset ${p.variable}, or select only one of the two`,
  },
  STATE_DIR_TAKEN: {
    exit: EXIT.failed,
    message: (p) => `the state directory ${p.stateDir} belongs to ${p.owner}`,
    hint: () => 'use another profile, or remove the other instance first',
  },
  PROFILE_NAME_TAKEN: {
    exit: EXIT.failed,
    message: (p) => `${p.profile} is set up already, with the state directory ${p.stateDir}`,
    hint: () => 'give this one a name of its own with --profile',
  },
  STATE_DIR_DENIED: {
    exit: EXIT.noPermission,
    message: (p) => `no access to the state directory ${p.stateDir}: ${p.reason}`,
    hint: (p) => `check its owner and mode: ls -ld ${p.stateDir}`,
  },
  PROGRAM_NOT_CHOSEN: {
    exit: EXIT.config,
    message: (p) => `${p.instance} was not made by Polygate, and which program runs it was never said (${p.stateDir})`,
    hint: () => "say it once with --program reference, which is Polygate's own gateway",
  },
  COMMAND_TAKEN: {
    exit: EXIT.failed,
    message: (p) => `${p.path} is another program called ${p.name}`,
    hint: (p) => (p.inPlace ? 'put the launcher elsewhere with --dir' : 'to have this one found first all the same: --force'),
  },
  PROFILE_EXISTS: {
    exit: EXIT.failed,
    message: (p) => `${p.profile} cannot be made: ${p.path} is there already`,
    hint: () => 'choose another profile name; what exists is listed by: polygate profiles list',
  },
  PROFILE_RUNNING: {
    exit: EXIT.failed,
    message: (p) => `${p.profile} is in use: ${p.reason}`,
    hint: () => 'stop it where it was started, then run the same command again',
  },
  PATH_PROTECTED: {
    exit: EXIT.failed,
    message: (p) => `${p.path} is not touched: ${p.reason}`,
    hint: () => 'move or remove it by hand if that is really meant',
  },
  CHANGE_UNFINISHED: {
    exit: EXIT.tempFail,
    message: (p) => `not finished: ${p.change}`,
    hint: (p) => `if no other command is at it, this finishes it: ${p.command}`,
  },

  PORT_INVALID: {
    exit: EXIT.usage,
    message: (p) => `${p.source} is not a port: ${JSON.stringify(p.value)}`,
    hint: () => 'use a whole number from 1 to 65535 (a base port at most 65425, as others are derived from it)',
  },
  PORT_OUT_OF_RANGE: {
    exit: EXIT.usage,
    message: (p) => `base port ${p.port} is too high: the ports derived from it reach ${p.port + 65_535 - p.highest}`,
    hint: (p) => `use a base port up to ${p.highest}`,
  },
  PORT_CONFLICT: {
    exit: EXIT.failed,
    message: (p) => `port ${p.port} (${p.use}) is already ${p.ownerUse} of ${p.owner}`,
    hint: (p) => (p.suggestion === undefined ? 'choose another base port' : `use --port ${p.suggestion}`),
  },
  PORT_TAKEN: {
    exit: EXIT.failed,
    message: (p) => `port ${p.port} is in use by ${describeHolders(p.holders)}`,
    hint: (p, command) =>
      `stop that process, choose another port with --port, or end a gateway there with ${command} gateway --force --port ${p.port}`,
  },
  PORT_HELD_BY_STRANGER: {
    exit: EXIT.failed,
    message: (p) => `port ${p.port} is held by ${describeHolders(p.holders)}, which is not a gateway of this family`,
    hint: () => 'choose another port, or end it all the same with --force=any',
  },
  PORTS_EXHAUSTED: {
    exit: EXIT.failed,
    message: (p) => `no free base port between ${p.first} and ${p.last}`,
    hint: () => 'remove instances that are no longer used, or give --port yourself',
  },
  PORT_LEASED: {
    exit: EXIT.failed,
    message: (p) =>
      p.port === undefined
        ? `${p.owner} is still there and keeps its ports`
        : `port ${p.port} cannot be freed: it is ${p.use} of ${p.owner}, which is still there`,
    hint: (p) => p.free,
  },
  CDP_PORTS_EXHAUSTED: {
    exit: EXIT.failed,
    message: (p) => `no free CDP port between ${p.first} and ${p.last}`,
    hint: (_, command) =>
      `see what holds them: ${command} ports; remove a browser profile: ${command} browser profiles remove NAME`,
  },
  BROWSER_PROFILE_NAME_INVALID: {
    exit: EXIT.usage,
    message: (p) => `${JSON.stringify(p.name)} cannot be the name of a browser profile`,
    hint: () => 'use 1 to 64 lower-case letters, digits and "-", starting with a letter or digit',
  },
  BROWSER_PROFILE_UNKNOWN: {
    exit: EXIT.usage,
    message: (p) =>
      `${p.instance} has no browser profile ${JSON.stringify(p.profile)} (${p.known.length > 0 ? p.known.join(', ') : 'it has none'})`,
    hint: (_, command) => `${command} browser profiles list`,
  },
  BROWSER_PROFILE_KEPT: {
    exit: EXIT.failed,
    message: (p) => `browser profile ${p.profile} of ${p.instance} is not removed: ${p.reason}`,
    hint: (_, command) => `${command} browser profiles list`,
  },

  CONFIG_INVALID: {
    exit: EXIT.config,
    message: (p) => issueText(p.file, p.issues),
    hint: (p) => `edit ${p.file} and try again`,
  },
  CONFIG_MISSING: {
    exit: EXIT.config,
    message: (p) => `no config file at ${p.file}`,
    hint: (_, command) => `${command} setup`,
  },
  GATEWAY_MODE_UNSET: {
    exit: EXIT.config,
    message: (p) =>
      p.mode === undefined
        ? `gateway.mode is not set in ${p.file}`
        : `gateway.mode is ${JSON.stringify(p.mode)} in ${p.file}, so no gateway runs here`,
    hint: (_, command) => `${command} setup (it sets gateway.mode=local), or start it with --allow-unconfigured`,
  },
  AUTH_MISSING: {
    exit: EXIT.config,
    message: (p) => `no token or password is set in ${p.file}`,
    hint: (_, command) => `${command} setup (it adds a token and changes nothing else), or pass one with --token`,
  },
  BIND_WITHOUT_SECRET: {
    exit: EXIT.config,
    message: (p) => `refusing to listen on ${p.bind} without a token or password`,
    hint: (p) => `set gateway.auth.token in ${p.file}, or use --bind loopback`,
  },
  BIND_INVALID: {
    exit: EXIT.config,
    message: (p) => `cannot listen on ${p.bind}: ${p.reason}`,
    hint: () => 'use --bind loopback, or an address of this machine in gateway.customBindHost with --bind custom',
  },
  FILE_CORRUPT: {
    exit: EXIT.failed,
    message: (p) => `${p.what} ${p.file} is damaged: ${p.reason}`,
    hint: (p) => `move it away and try again: mv ${p.file} ${p.file}.damaged`,
  },
  FILE_FROM_FUTURE: {
    exit: EXIT.config,
    message: (p) => `${p.file} has version ${p.version}; this polygate reads up to ${p.supported}`,
    hint: () => 'use the newer polygate that wrote it',
  },
  FILE_DENIED: {
    exit: EXIT.noPermission,
    message: (p) => `may not ${p.action} ${p.file}`,
    hint: (p) => `check owner and mode: ls -ld ${p.file}`,
  },
  FILE_FAILED: {
    exit: EXIT.failed,
    message: (p) => `cannot ${p.action} ${p.file}: ${p.reason}`,
    hint: (p) => `check the path: ls -ld ${p.file}`,
  },
  DISK_FULL: {
    exit: EXIT.failed,
    message: (p) => `no space left to write ${p.file}; what was there is unchanged`,
    hint: () => 'free some space (df -h, df -i) and run the same command again',
  },

  LOCK_HELD: {
    exit: EXIT.tempFail,
    message: (p) => `${p.what} is locked by ${p.holder}`,
    hint: () => 'wait for the other command to end and try again',
  },
  GATEWAY_ALREADY_RUNNING: {
    exit: EXIT.tempFail,
    message: (p) => `a gateway already runs on this ${p.by} (${p.stateDir}): pid ${p.pid}${p.port ? `, port ${p.port}` : ''}`,
    hint: (_, command) => `${command} gateway status; stop it first with ${command} gateway stop`,
  },
  GATEWAY_STILL_RUNNING: {
    exit: EXIT.failed,
    message: (p) => `no service runs it, but a gateway of this profile is up: pid ${p.pid}, port ${p.port}`,
    hint: (_, command) => `end it where it was started, or with ${command} gateway stop --force`,
  },
  GATEWAY_NOT_RUNNING: {
    exit: EXIT.notRunning,
    message: (p) => `no gateway is running at ${p.url}`,
    hint: (p, command) =>
      p.explicit
        ? 'check the address given with --url, and that a gateway runs there'
        : `${command} gateway start, or in the foreground: ${command} gateway`,
  },
  GATEWAY_UNREACHABLE: {
    exit: EXIT.unavailable,
    message: (p) => `no answer from a gateway at ${p.url}: ${p.reason}`,
    hint: (_, command) => `${command} gateway status --deep`,
  },
  GATEWAY_STARTING: {
    exit: EXIT.tempFail,
    message: (p) => `the gateway at ${p.url} is still starting`,
    hint: (p) => `try again in ${Math.ceil(p.retryAfterMs / 1000)} s`,
  },
  GATEWAY_UNAUTHORIZED: {
    exit: EXIT.noPermission,
    message: (p) => `the gateway at ${p.url} refused the secret: ${p.reason}`,
    hint: () => "pass the right one with --token, or compare gateway.auth.token with the running gateway's config",
  },
  GATEWAY_PROTOCOL_MISMATCH: {
    exit: EXIT.unavailable,
    message: (p) => `the gateway at ${p.url} speaks another protocol: ${p.reason}`,
    hint: () => 'use the polygate and the gateway of the same generation',
  },
  GATEWAY_REFUSED: {
    exit: EXIT.failed,
    message: (p) => `${p.method}: ${p.code}: ${p.message}`,
    hint: (_, command) => `${command} logs`,
  },

  SUPERVISOR_RUNNING: {
    exit: EXIT.tempFail,
    message: (p) => `a supervisor runs already for this account${p.pid === null ? '' : ` (pid ${p.pid})`}`,
    hint: (p) => `let it run them, too: polygate up -d${(p.names ?? []).map((name) => ` ${name}`).join('')}`,
  },
  SUPERVISOR_NOT_RUNNING: {
    exit: EXIT.notRunning,
    message: () => 'no supervisor runs for this account',
    hint: () => 'start one: polygate up -d',
  },
  SUPERVISOR_NOT_STARTED: {
    exit: EXIT.failed,
    message: (p) => `the supervisor did not come up: ${p.reason}`,
    hint: (p) => `read what it said: ${p.log}`,
  },
  SUPERVISOR_UNREACHABLE: {
    exit: EXIT.unavailable,
    message: (p) => `the supervisor at ${p.path} does not answer: ${p.reason}`,
    hint: () => 'look whether it still runs: polygate supervisor status',
  },
  SUPERVISOR_MISMATCH: {
    exit: EXIT.unavailable,
    message: (p) =>
      `the supervisor that runs speaks ${p.spoken === null ? 'another version' : `version ${p.spoken}`} of the control protocol, this command version ${p.wanted}`,
    hint: () => 'use the polygate that started it, or end it with SIGTERM and start it anew: polygate up -d',
  },
  SUPERVISOR_REFUSED: {
    exit: EXIT.failed,
    message: (p) => `the supervisor refused: ${p.code}: ${p.message}`,
    hint: (p) => p.hint,
  },
  SOCKET_PATH_TOO_LONG: {
    exit: EXIT.config,
    message: (p) => `the control socket cannot have a path of ${p.bytes} bytes, here it is ${p.limit} at most: ${p.path}`,
    hint: () => 'set XDG_STATE_HOME (or POLYGATE_HOME, where it is set) to a folder with a shorter path',
  },
  NAMES_REPEATED: {
    exit: EXIT.usage,
    message: (p) => `named more than once: ${p.names.join(', ')}`,
    hint: () => 'name each instance once',
  },
  NOT_SUPERVISED: {
    exit: EXIT.notRunning,
    message: (p) => `the supervisor does not look after ${p.instance}`,
    hint: (p, command) => `${command} up -d ${p.instance}${p.known.length > 0 ? `; it looks after ${p.known.join(', ')}` : ''}`,
  },
  NOTHING_TO_RUN: {
    exit: EXIT.notRunning,
    message: (p) =>
      `there is nothing to run${p.reasons.length > 0 ? `:${p.reasons.map((r) => `\n  ${r}`).join('')}` : ': no instance is set up'}`,
    hint: (p, command) => (p.reasons.length > 0 ? 'name what shall run all the same: polygate up NAME' : `${command} setup`),
  },

  MANAGER_MISSING: {
    exit: EXIT.unavailable,
    message: (p) => (p.wsl ? WSL_TEXTS[p.wsl].message : 'this host has no systemd to install a service with'),
    hint: (p, command) => (p.wsl ? WSL_TEXTS[p.wsl].hint : `keep it running in the foreground instead: ${command} up`),
  },
  MANAGER_UNSUPPORTED: {
    exit: EXIT.usage,
    message: (p) => `no manager ${JSON.stringify(p.manager)} on ${p.platform}`,
    hint: (_, command) => `${command} gateway install --help`,
  },
  MANAGER_UNREACHABLE: {
    exit: EXIT.unavailable,
    message: (p) => `${p.manager} cannot be reached: ${p.reason}`,
    hint: (p) => p.advice,
  },
  MANAGER_FAILED: {
    exit: EXIT.failed,
    message: (p) => `${p.command}: ${p.reason}`,
    hint: (_, command) => `${command} gateway status --deep`,
  },
  LINGER_DENIED: {
    exit: EXIT.noPermission,
    message: (p) => `lingering is off for ${p.user} and could not be switched on: ${p.reason}`,
    hint: (p) => `sudo loginctl enable-linger ${p.user}`,
  },
  SERVICE_NAME_TAKEN: {
    exit: EXIT.failed,
    message: (p) => `the service ${p.name} belongs to ${p.owner} (${p.path})`,
    hint: () => 'choose another profile name, or uninstall that service first',
  },
  SERVICE_IN_OTHER_SCOPE: {
    exit: EXIT.failed,
    message: (p) => `there is a service ${p.name} already, of the other scope (${p.path}): both would run the same gateway`,
    hint: (p, command) =>
      `uninstall that one first: ${p.path.startsWith('/etc/') ? `sudo ${command} gateway uninstall --system` : `${command} gateway uninstall`}`,
  },
  SERVICE_MASKED: {
    exit: EXIT.failed,
    message: (p) => `the service ${p.name} is masked: somebody said that it must not start`,
    hint: (p) => p.unmask,
  },
  ROOT_NEEDED: {
    exit: EXIT.noPermission,
    message: (p) => `${p.what} is root's to change`,
    hint: (p) => p.line,
  },
  ACCOUNT_UNKNOWN: {
    exit: EXIT.usage,
    message: (p) => `there is no account ${JSON.stringify(p.account)} on this machine`,
    hint: (_, command) => `name one that there is: ${command} gateway install --system --user-name NAME`,
  },
  SERVICE_NOT_INSTALLED: {
    exit: EXIT.notRunning,
    message: (p) => `the service ${p.name} is not installed`,
    hint: (_, command) => `${command} gateway install`,
  },
  SERVICE_STILL_INSTALLED: {
    exit: EXIT.failed,
    message: (p) => `${p.product}/${p.profile} has a service: ${p.name} (${p.path})`,
    hint: (p) => `polygate --product ${p.product} --profile ${p.profile} gateway uninstall`,
  },
  SERVICE_ALTERED: {
    exit: EXIT.failed,
    message: (p) => `the service ${p.name} is not as Polygate or its product writes it: ${p.reason} (${p.path})`,
    hint: (_, command) => `to remove it all the same: ${command} gateway uninstall --force`,
  },
  SERVICES_SEVERAL: {
    exit: EXIT.usage,
    message: (p) => `several services run the gateway of ${p.instance}: ${p.names.join(', ')}`,
    hint: (p, command) => `name the one to adopt: ${command} gateway adopt ${p.names[0]}`,
  },
  SERVICE_NOT_ADOPTABLE: {
    exit: EXIT.failed,
    message: (p) => `the service ${p.name} cannot be taken over as it is: ${p.reason} (${p.path})`,
    hint: (_, command) => `write what it stands for in its place, then ${command} gateway adopt --dry-run`,
  },
  NOTHING_ADOPTED: {
    exit: EXIT.notRunning,
    message: (p) => `the service ${p.name} was not adopted: there is nothing to give back`,
    hint: (_, command) => `${command} gateway status --deep`,
  },
  UNINSTALL_INCOMPLETE: {
    exit: EXIT.failed,
    message: (p) => `the service ${p.name} is not gone wholly: ${p.left.join(', ')}`,
    hint: (_, command) => `look at what is named, then again: ${command} gateway uninstall`,
  },
  SERVICE_NOT_HEALTHY: {
    exit: EXIT.unavailable,
    message: (p) => `the service ${p.name} is ${p.verdict}: ${p.reason}`,
    hint: (_, command) => `${command} logs, then ${command} gateway status --deep`,
  },
  VALUE_UNQUOTABLE: {
    exit: EXIT.usage,
    message: (p) => `${p.what} cannot be written into a service definition: ${p.reason}`,
    hint: () => 'use a value without line breaks and NUL',
  },
};
