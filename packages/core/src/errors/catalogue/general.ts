import { EXIT } from '../exit-codes.ts';
import type { Entries } from './entry.ts';

/** The command line and what the command runs on. */
export interface GeneralParams {
  UNEXPECTED: { message: string };
  USAGE: { message: string; topic?: string };
  OPTION_REPEATED: { option: string };
  OPTION_INVALID: { option: string; value: string; expected: string };
  NODE_TOO_OLD: { version: string; wanted: string };
  HOME_MISSING: { home: string | undefined; variable?: string };
}

export const generalEntries: Entries<GeneralParams> = {
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
    message: (p) => {
      const name = p.variable ?? 'HOME';
      return p.home === undefined || p.home === '' ? `${name} is not set` : `${name} is not an existing directory: ${p.home}`;
    },
    hint: (p) =>
      `set ${p.variable ?? 'HOME'} to your home directory, or POLYGATE_HOME to the directory that shall hold everything`,
  },
};
