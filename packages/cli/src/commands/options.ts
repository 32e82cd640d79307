import { BIND_MODES } from '@polygate/core';
import type { OptionSpec } from '../command.ts';

// Options that several commands share: the same words mean the same everywhere.
export const URL_OPTION: OptionSpec = { flags: '--url <url>', description: 'Talk to this address instead (ws://HOST:PORT)' };
export const TOKEN_OPTION: OptionSpec = {
  flags: '--token <token>',
  description: 'Token to show (default: the environment, then the config)',
};
export const PASSWORD_OPTION: OptionSpec = {
  flags: '--password <password>',
  description: 'Password to show, where the gateway asks for one',
};
export const TIMEOUT_OPTION: OptionSpec = {
  flags: '--timeout <ms>',
  description: 'Milliseconds to wait at most (default 10000)',
};
/** For what starts instances and may be waited for. */
export const WAIT_OPTIONS: readonly OptionSpec[] = [
  { flags: '--wait', description: 'Wait until each is ready or was given up; the exit code tells how they are' },
  { flags: '--timeout <ms>', description: 'Milliseconds to wait at most (default 120000)' },
];
export const TARGET_OPTIONS: readonly OptionSpec[] = [URL_OPTION, TOKEN_OPTION, PASSWORD_OPTION, TIMEOUT_OPTION];
export const ROLE_OPTION: OptionSpec = {
  flags: '--role <role>',
  description: 'Role of the tokens (default: the first that it has)',
  choices: ['operator', 'node'],
};
export const BROWSER_OPTION: OptionSpec = {
  flags: '--browser-profile <name>',
  description: 'Browser profile (default: the one of the config, else of the product)',
};
export const PORT_OPTION: OptionSpec = { flags: '--port <port>', description: 'Base port' };
export const BIND_OPTION: OptionSpec = { flags: '--bind <mode>', description: 'Where to listen', choices: BIND_MODES };
export const PROGRAM_OPTION: OptionSpec = {
  flags: '--program <program>',
  description:
    "What runs as the gateway: reference (Polygate's own), auto (the product's command where it is installed), or a command line, to which --port is added",
};
export const DRY_RUN_OPTION: OptionSpec = { flags: '--dry-run', description: 'Show what would be done, and do nothing' };
export const FORCE_REINSTALL: OptionSpec = { flags: '--force', description: 'Replace a service that differs' };

/** Which of two services: the account's own (the default), or one of the whole system. */
export const SCOPE_OPTIONS: readonly OptionSpec[] = [
  { flags: '--system', description: 'The service of the system, which needs root, instead of that of this account' },
  { flags: '--user-name <account>', description: 'With --system: the account whose gateway it is (default: who called sudo)' },
];

const ignored = (flags: string): OptionSpec => ({ flags, description: 'Accepted for scripts of the family', hidden: true });

/** Options of the family's `setup` that say nothing here. */
export const FAMILY_SETUP_OPTIONS: readonly OptionSpec[] = [
  ignored('--wizard'),
  ignored('--non-interactive'),
  ignored('--mode <mode>'),
  ignored('--baseline'),
];

export const RUN_OPTIONS: readonly OptionSpec[] = [
  PORT_OPTION,
  BIND_OPTION,
  { flags: '--token <token>', description: 'Token that clients must show (default: the environment, then the config)' },
  { flags: '--password <password>', description: 'Password that clients must show' },
  { flags: '--auth <mode>', description: 'How clients authenticate', choices: ['token', 'password'] },
  { flags: '--allow-unconfigured', description: 'Run without gateway.mode=local; nothing is written' },
  {
    flags: '--force',
    description: 'End the gateway that listens on the port first (--force=any: whatever listens)',
    inline: 'any',
  },
  { flags: '--program <program>', description: "What runs as the gateway: reference (Polygate's own)" },
  ignored('--tailscale <mode>'),
  ignored('--tailscale-reset-on-exit'),
  ignored('--ws-log <style>'),
  ignored('--compact'),
  ignored('--reset'),
];

export const ONBOARD_OPTIONS: readonly OptionSpec[] = [
  { flags: '--non-interactive', description: 'Ask nothing: take the flags and the defaults' },
  { flags: '--accept-risk', description: 'Do not ask whether agents may act on this machine' },
  { flags: '--mode <mode>', description: 'local, the only mode of this command: a gateway runs here' },
  { flags: '--gateway-port <port>', description: 'Base port (default: a free one)' },
  { flags: '--gateway-bind <mode>', description: 'Where to listen (default: loopback)', choices: BIND_MODES },
  { flags: '--gateway-auth <mode>', description: 'How clients authenticate', choices: ['token', 'password'] },
  { flags: '--gateway-token <token>', description: 'Token to use instead of a new one' },
  { flags: '--gateway-password <password>', description: 'Password to use' },
  { flags: '--workspace <dir>', description: 'Workspace directory' },
  { flags: '--install-daemon', description: 'Install the service' },
  { flags: '--no-install-daemon', description: 'Do not install the service' },
  PROGRAM_OPTION,
  ignored('--skip-daemon'),
  ignored('--daemon-runtime <runtime>'),
  ignored('--flow <flow>'),
  ignored('--auth-choice <choice>'),
  ignored('--tailscale <mode>'),
  ignored('--node-manager <manager>'),
  ignored('--skip-channels'),
  ignored('--skip-skills'),
  ignored('--skip-health'),
  ignored('--skip-ui'),
  ignored('--skip-search'),
  ignored('--reset'),
];
