import type { Issue } from '../../gen/output.gen.ts';
import { EXIT } from '../exit-codes.ts';
import type { Entries } from './entry.ts';
import { issueText } from './words.ts';

/** The config of a gateway, and files of every kind. */
export interface ConfigParams {
  CONFIG_INVALID: { file: string; issues: Issue[] };
  CONFIG_MISSING: { file: string };
  CONFIG_KEY_UNKNOWN: { file: string; key: string };
  CONFIG_CHANGED_MEANWHILE: { file: string };
  NO_GOOD_CONFIG: { file: string; given: string | undefined; known: number };
  GATEWAY_MODE_UNSET: { file: string; mode: string | undefined };
  AUTH_MISSING: { file: string };
  BIND_WITHOUT_SECRET: { bind: string; file: string };
  BIND_INVALID: { bind: string; reason: string };
  FILE_CORRUPT: { file: string; what: string; reason: string };
  FILE_FROM_FUTURE: { file: string; version: number; supported: number };
  FILE_DENIED: { file: string; action: string };
  FILE_FAILED: { file: string; action: string; reason: string };
  DISK_FULL: { file: string };
  PROGRAM_NOT_FOUND: { program: string; looked: string };
  PROGRAM_NOT_EXECUTABLE: { program: string; path: string; reason: string; help?: string };
  PROGRAM_PATH_VERSIONED: { program: string; path: string };
  PROGRAM_NEEDS_NODE: { package: string; needs: string; found: string; help: string };
  SETTINGS_INVALID: { file: string; issues: Issue[] };
}

export const configEntries: Entries<ConfigParams> = {
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
  CONFIG_KEY_UNKNOWN: {
    exit: EXIT.failed,
    message: (p) => `${p.key} is not set in ${p.file}`,
    hint: (_, command) => `${command} config get`,
  },
  CONFIG_CHANGED_MEANWHILE: {
    exit: EXIT.tempFail,
    message: (p) => `${p.file} was changed by somebody else in this moment; nothing was written`,
    hint: () => 'run the same command again',
  },
  NO_GOOD_CONFIG: {
    exit: EXIT.failed,
    message: (p) =>
      p.given === undefined
        ? `no earlier config of ${p.file} is known that a gateway was well with`
        : `there is no good config ${p.given} of ${p.file}: ${p.known === 0 ? 'none is kept' : `${p.known} ${p.known === 1 ? 'is' : 'are'} kept`}`,
    hint: (p, command) =>
      p.given === undefined ? `look for a former version: ls -l ${p.file}.bak*` : `${command} config rollback --list`,
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
  PROGRAM_NOT_FOUND: {
    exit: EXIT.config,
    message: (p) => `there is no program ${JSON.stringify(p.program)} (looked at ${p.looked})`,
    hint: () => 'install it, or name it by its path: --program "/path/to/it and its arguments"',
  },
  PROGRAM_PATH_VERSIONED: {
    exit: EXIT.config,
    message: (p) => `${p.program} is found only at a path that its next upgrade removes: ${p.path}`,
    hint: (p) => `make a link to it that upgrades keep, or take it all the same: --program "${p.path} gateway"`,
  },
  PROGRAM_NEEDS_NODE: {
    exit: EXIT.config,
    message: (p) => `${p.package} needs Node ${p.needs}; ${p.found}`,
    hint: (p) => p.help,
  },
  PROGRAM_NOT_EXECUTABLE: {
    exit: EXIT.config,
    message: (p) => `${p.path} cannot be run: ${p.reason}`,
    hint: (p) => p.help ?? `look at it: ls -ld ${p.path}; or name another one with --program`,
  },
  SETTINGS_INVALID: {
    exit: EXIT.config,
    message: (p) => issueText(p.file, p.issues),
    hint: (p) => `edit ${p.file}; docs/reference/config.md says what each key may be`,
  },
};
