import { EXIT } from '../exit-codes.ts';
import type { Entries } from './entry.ts';
import { describeHolders, type HolderInfo } from './words.ts';

/** Ports and their leases. */
export interface PortsParams {
  PORT_INVALID: { source: string; value: string };
  PORT_OUT_OF_RANGE: { port: number; highest: number };
  PORT_CONFLICT: { port: number; use: string; owner: string; ownerUse: string; suggestion?: number };
  PORT_TAKEN: { port: number; holders: HolderInfo[] };
  PORT_HELD_BY_STRANGER: { port: number; holders: HolderInfo[] };
  PORTS_EXHAUSTED: { first: number; last: number };
  PORT_LEASED: { owner: string; free: string; port?: number; use?: string; listening?: HolderInfo & { port: number } };
}

export const portsEntries: Entries<PortsParams> = {
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
    message: (p) => {
      if (p.listening)
        return `${p.owner} keeps its ports: its state directory is gone, and ${describeHolders([p.listening])} still listens on port ${p.listening.port}`;
      return p.port === undefined
        ? `${p.owner} is still there and keeps its ports`
        : `port ${p.port} cannot be freed: it is ${p.use} of ${p.owner}, which is still there`;
    },
    hint: (p) => p.free,
  },
};
