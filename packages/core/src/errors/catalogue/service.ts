import type { WslState } from '../../readings/wsl.ts';
import { SUPERVISOR_SERVICE } from '../../service/supervisor-service.ts';
import { EXIT } from '../exit-codes.ts';
import { WSL_TEXTS } from '../wsl.ts';
import type { Entries } from './entry.ts';

/** Service managers and what is installed in them. */
export interface ServiceParams {
  MANAGER_MISSING: { platform: string; wsl?: WslState | undefined };
  MANAGER_UNSUPPORTED: { manager: string; platform: string };
  MANAGER_UNREACHABLE: { manager: string; reason: string; advice: string };
  /** `status`: the exit status of the command, where it had one. */
  MANAGER_FAILED: { command: string; reason: string; status?: number | undefined };
  MANAGER_REFUSED: { command: string; reason: string; meaning: string; advice: string };
  SERVICE_IS_OWN: { name: string; what: string };
  LINGER_DENIED: { user: string; reason: string };
  SERVICE_NAME_TAKEN: { name: string; path: string; owner: string };
  /** `owner`: its state directory, where that is another one. `account`: whose service of an account it is, for root. */
  SERVICE_IN_OTHER_SCOPE: { name: string; path: string; owner?: string; account?: string };
  SERVICE_MASKED: { name: string; unmask: string };
  SERVICE_BROKEN: { name: string; path: string; reason: string };
  /** `administrator`: on Windows, which has no root and no sudo. */
  ROOT_NEEDED: { what: string; line: string; administrator?: true };
  ACCOUNT_UNKNOWN: { account: string };
  /** `scope`: the options that name the service of the system, a blank first. `adopts`: with these there is one to adopt. */
  SERVICE_NOT_INSTALLED: { name: string; scope?: string; adopts?: string };
  SERVICE_STILL_INSTALLED: { name: string; path: string; profile: string; product: string };
  SERVICE_ALTERED: { name: string; path: string; reason: string; scope?: string };
  SERVICES_SEVERAL: { instance: string; names: string[] };
  SERVICE_NOT_ADOPTABLE: { name: string; path: string; reason: string };
  NOTHING_ADOPTED: { name: string };
  UNINSTALL_INCOMPLETE: { name: string; left: string[] };
  SERVICE_NOT_HEALTHY: { name: string; verdict: string; reason: string; next?: string };
  VALUE_UNQUOTABLE: { what: string; reason: string };
}

export const serviceEntries: Entries<ServiceParams> = {
  MANAGER_MISSING: {
    exit: EXIT.unavailable,
    message: (p) =>
      p.wsl
        ? WSL_TEXTS[p.wsl].message
        : p.platform === 'linux'
          ? 'this host has no systemd to install a service with'
          : `Polygate knows no service manager of ${p.platform}`,
    hint: (p, command) =>
      p.wsl
        ? WSL_TEXTS[p.wsl].hint
        : `leave the manager to Polygate, whose own supervisor takes its place: ${command} gateway install`,
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
  MANAGER_REFUSED: {
    exit: EXIT.failed,
    message: (p) => `${p.command}: ${p.reason} (${p.meaning})`,
    hint: (p) => p.advice,
  },
  SERVICE_IS_OWN: {
    exit: EXIT.failed,
    message: (p) => `this runs inside of the service ${p.name}, which would end before the ${p.what} is done`,
    hint: (_, command) => `run it from a terminal of its own; to begin anew from in here: ${command} gateway restart`,
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
    message: (p) =>
      `there is a service ${p.name} already, of the other scope (${p.path}): ${p.owner === undefined ? 'both would run the same gateway' : `it runs the gateway of ${p.owner}`}`,
    hint: (p, command) => {
      if (p.owner !== undefined) return 'choose another profile name: a name is one service, whatever its scope';
      const uninstall = `${command} ${p.name === SUPERVISOR_SERVICE ? 'supervisor' : 'gateway'} uninstall`;
      if (/^\/(etc|Library)\//.test(p.path)) return `uninstall that one first: sudo ${uninstall} --system`;
      if (/^[A-Z]:\\ProgramData\\/i.test(p.path)) return `uninstall that one first, as an administrator: ${uninstall} --system`;
      return `uninstall that one first: ${p.account === undefined ? '' : `sudo -iu ${p.account} `}${uninstall}`;
    },
  },
  SERVICE_MASKED: {
    exit: EXIT.failed,
    message: (p) => `the service ${p.name} is masked: somebody said that it must not start`,
    hint: (p) => p.unmask,
  },
  SERVICE_BROKEN: {
    exit: EXIT.config,
    message: (p) => `the service manager cannot read the definition of ${p.name}: ${p.reason} (${p.path})`,
    hint: (_, command) => `${command} gateway install --force`,
  },
  ROOT_NEEDED: {
    exit: EXIT.noPermission,
    message: (p) => `${p.what} is ${p.administrator ? "an administrator's" : "root's"} to change`,
    hint: (p) => (p.administrator ? `from a terminal that was opened with «Run as administrator»: ${p.line}` : p.line),
  },
  ACCOUNT_UNKNOWN: {
    exit: EXIT.usage,
    message: (p) => `there is no account ${JSON.stringify(p.account)} on this machine`,
    hint: (_, command) => `name one that there is: ${command} gateway install --system --user-name NAME`,
  },
  SERVICE_NOT_INSTALLED: {
    exit: EXIT.notRunning,
    message: (p) => `the service ${p.name} is not installed`,
    hint: (p, command) =>
      p.adopts === undefined
        ? `${command} gateway install${p.scope ?? ''}`
        : `others run it as ${p.adopts}: ${command} gateway adopt --dry-run${p.scope ?? ''}`,
  },
  SERVICE_STILL_INSTALLED: {
    exit: EXIT.failed,
    message: (p) => `${p.product}/${p.profile} has a service: ${p.name} (${p.path})`,
    hint: (p) => `polygate --product ${p.product} --profile ${p.profile} gateway uninstall`,
  },
  SERVICE_ALTERED: {
    exit: EXIT.failed,
    message: (p) => `the service ${p.name} is not as Polygate or its product writes it: ${p.reason} (${p.path})`,
    hint: (p, command) => `to remove it all the same: ${command} gateway uninstall${p.scope ?? ''} --force`,
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
    hint: (p, command) =>
      p.next === undefined ? `${command} logs, then ${command} gateway status --deep` : `${command} ${p.next}`,
  },
  VALUE_UNQUOTABLE: {
    exit: EXIT.usage,
    message: (p) => `${p.what} cannot be written into a service definition: ${p.reason}`,
    hint: () => 'use a value without line breaks and NUL',
  },
};
