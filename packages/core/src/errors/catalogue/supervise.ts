import { EXIT } from '../exit-codes.ts';
import type { Entries } from './entry.ts';

/** Keeping gateways running. */
export interface SuperviseParams {
  SUPERVISOR_STATE_FUTURE: { file: string; version: number; supported: number };
  DEPENDENCY_CYCLE: { cycle: string[] };
  DEPENDENCY_UNKNOWN: { instance: string; on: string; known: string[] };
  NOT_SUPERVISED: { instance: string; known: string[] };
  RESTART_INCOMPLETE: { instance: string; reason: string; left: string[] };
}

export const superviseEntries: Entries<SuperviseParams> = {
  SUPERVISOR_STATE_FUTURE: {
    exit: EXIT.config,
    message: (p) =>
      `the supervisor's state in ${p.file} has version ${p.version}; this polygate reads up to ${p.supported}, and has changed nothing`,
    hint: (p) => `use the newer polygate that wrote it, or move it away while no gateway runs: mv ${p.file} ${p.file}.old`,
  },
  DEPENDENCY_CYCLE: {
    exit: EXIT.config,
    message: (p) => `depends_on goes round in a circle: ${p.cycle.join(' → ')}`,
    hint: (p) => `take one of them out of depends_on in the settings of ${p.cycle[0]}`,
  },
  DEPENDENCY_UNKNOWN: {
    exit: EXIT.config,
    message: (p) => `${p.instance} depends on ${JSON.stringify(p.on)}, which the supervisor does not look after`,
    hint: (p) => `correct depends_on in the settings of ${p.instance}; known: ${p.known.join(', ')}`,
  },
  NOT_SUPERVISED: {
    exit: EXIT.notRunning,
    message: (p) => `the supervisor does not look after ${p.instance}`,
    hint: (p, command) => `${command} up -d ${p.instance}${p.known.length > 0 ? `; it looks after ${p.known.join(', ')}` : ''}`,
  },
  RESTART_INCOMPLETE: {
    exit: EXIT.unavailable,
    message: (p) =>
      `${p.instance} did not come up again: ${p.reason}${p.left.length > 0 ? `; not restarted: ${p.left.join(', ')}` : ''}`,
    hint: (p) => `see why: polygate logs ${p.instance}`,
  },
};
