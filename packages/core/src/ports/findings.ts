import type { PortConflict, PortFinding } from '../gen/output.gen.ts';

/** Another instance in relation to this one. `distance` is between the two base ports. */
interface Neighbour {
  owner: string;
  distance: number;
}

/** The values that each finding carries. A code is public: scripts match on it. */
export interface FindingParams {
  'base-too-high': { port: number; last: number; highest: number };
  'port-repeated': { port: number; use: string; ownerUse: string };
  'port-shared': PortConflict;
  'port-in-band': Neighbour & { port: number; use: string; first: number; last: number };
  'bands-overlap': Neighbour & { first: number; last: number };
  'soft-port-met': { port: number; use: string; owner: string; ownerUse: string };
  'lease-outside-band': { port: number; profile: string; first: number; last: number };
  'port-listened-on': { port: number; use: string; holder: string };
  'in-ephemeral-range': { port: number; last: number; ephemeralFirst: number; ephemeralLast: number };
  'running-elsewhere': { port: number; running: number };
  'instance-gone': { stateDir: string };
  'instance-gone-and-running': { stateDir: string; port: number; holder: string };
  'instance-unreadable': { reason: string };
}

export type FindingCode = keyof FindingParams;

export type { PortFinding };

interface Entry<P> {
  level: PortFinding['level'];
  message(params: P): string;
  hint(params: P): string;
}

/** Two bases this far apart have nothing in common; 20, as documents say, keeps only the fixed ports apart. */
const SPACING = 'bases 111 apart have no port in common; 20 apart keeps only the fixed ports apart';
const MOVE = 'give one of the two another base: `ports suggest` names one that is clear, `setup --port` sets it';
const LEASED = 'nothing meets as long as CDP ports are leased one by one with `browser profiles create`';

/** Every text about ports, once. */
export const FINDINGS: { [C in FindingCode]: Entry<FindingParams[C]> } = {
  'base-too-high': {
    level: 'conflict',
    message: (p) => `base port ${p.port} is too high: the ports derived from it reach ${p.last}`,
    hint: (p) => `use a base port up to ${p.highest}`,
  },
  'port-repeated': {
    level: 'conflict',
    message: (p) => `port ${p.port} is used twice: ${p.use} is also ${p.ownerUse}`,
    hint: () => 'change one of the two in the config or the environment; `paths` tells what set them',
  },
  'port-shared': {
    level: 'conflict',
    message: (p) => `port ${p.port} (${p.use}) is already ${p.ownerUse} of ${p.owner}`,
    hint: () => MOVE,
  },
  'port-in-band': {
    level: 'warning',
    message: (p) =>
      `port ${p.port} (${p.use}) lies in the CDP band ${p.first}-${p.last} of ${p.owner}; the bases are ${p.distance} apart`,
    hint: () => `${LEASED}; ${SPACING}`,
  },
  'bands-overlap': {
    level: 'warning',
    message: (p) => `its CDP band and that of ${p.owner} have ${p.first}-${p.last} in common; the bases are ${p.distance} apart`,
    hint: () => `${LEASED}; ${SPACING}`,
  },
  'soft-port-met': {
    level: 'warning',
    message: (p) => `port ${p.port} (${p.use}) is also ${p.ownerUse} of ${p.owner}`,
    hint: () => `only some versions bind it; to be safe, ${MOVE}`,
  },
  'lease-outside-band': {
    level: 'warning',
    message: (p) => `CDP port ${p.port} of browser profile ${p.profile} lies outside the band ${p.first}-${p.last}`,
    hint: (p) =>
      `it was leased for another base; \`browser profiles remove ${p.profile}\` and \`create\` again give it one of this band`,
  },
  'port-listened-on': {
    level: 'warning',
    message: (p) => `something else listens on port ${p.port} (${p.use}): ${p.holder}`,
    hint: () => 'stop it, or choose another base with `setup --port`',
  },
  'in-ephemeral-range': {
    level: 'warning',
    message: (p) =>
      `ports ${p.port}-${p.last} meet ${p.ephemeralFirst}-${p.ephemeralLast}, from which the system takes ports for outgoing connections`,
    hint: () => 'any program may hold one of them for a moment, and the gateway then fails to start; `ports suggest` avoids it',
  },
  'running-elsewhere': {
    level: 'warning',
    message: (p) => `it runs on port ${p.running}, and would start on ${p.port}`,
    hint: () => '`gateway restart` makes it so',
  },
  'instance-gone': {
    level: 'warning',
    message: (p) => `its state directory ${p.stateDir} is gone, and its ports are still leased`,
    hint: () => '`ports free` with its name frees them',
  },
  'instance-gone-and-running': {
    level: 'warning',
    message: (p) => `its state directory ${p.stateDir} is gone, and ${p.holder} still listens on port ${p.port}`,
    hint: () => 'its ports stay leased; put the directory back, or end that gateway: `doctor` of the instance says how',
  },
  'instance-unreadable': {
    level: 'warning',
    message: (p) => `its ports cannot be told: ${p.reason}`,
    hint: () => 'mend that; until then only what the ledger has of it is kept clear',
  },
};

/** A finding in words. */
export function finding<C extends FindingCode>(code: C, instance: string, params: FindingParams[C]): PortFinding {
  const { level, message, hint } = FINDINGS[code];
  const { port, owner } = params as { port?: number; owner?: string };
  return {
    level,
    code,
    instance,
    ...(port === undefined ? {} : { port }),
    ...(owner === undefined ? {} : { other: owner }),
    message: message(params),
    hint: hint(params),
  };
}
