import { browserProfiles, deriveFootprint, type Edit, type Footprint, type Instance, pick } from '@polygate/core';
import { isBrowserProfileName } from '@polygate/core/browser';
import { type CdpWorld, moveLeases } from '@polygate/core/ports';

/** A CDP port that follows its instance to another base. */
export interface LeaseMove {
  profile: string;
  from: number;
  to: number;
  /** The config pins the port, so it is changed there too. */
  inConfig: boolean;
}

/**
 * The CDP ports that move along when --port gives an instance another base: those that lay in the band of the base it has had.
 * What a URL pins, and what was put elsewhere by hand, stays where it is.
 */
export function planMoves(instance: Instance, config: unknown, world: CdpWorld): LeaseMove[] {
  const { pack, port, footprint, cdpPorts } = instance;
  const before = port.overridden?.find(({ origin }) => origin === 'config' || origin === 'ledger')?.value;
  // A band that the config puts somewhere by itself does not follow the base.
  const follows = pick(config, 'browser.cdpPortRangeStart') === undefined;
  if (port.origin !== 'flag' || before === undefined || before === port.value || !follows) return [];
  const movable = Object.entries(cdpPorts).filter(([name]) => isBrowserProfileName(name) && !footprint.pinned.includes(name));
  const leased = Object.fromEntries(movable.map(([name, { value }]) => [name, value]));
  const old = deriveFootprint(pack, before);
  const staying = Object.fromEntries(Object.entries(footprint.cdp.leased).filter(([name]) => !Object.hasOwn(leased, name)));
  const to: Footprint = { ...footprint, cdp: { ...footprint.cdp, leased: staying } };
  const moved = moveLeases({ ...old, cdp: { ...old.cdp, leased } }, to, world);
  return movable.flatMap(([profile, { value: from }]) => {
    const target = moved[profile];
    if (target === undefined || target === from) return [];
    return [{ profile, from, to: target, inConfig: pick(browserProfiles(config), `${profile}.cdpPort`) !== undefined }];
  });
}

/** The footprint as it is once everything has moved. */
export function afterMoves(footprint: Footprint, moves: readonly LeaseMove[]): Footprint {
  const leased = { ...footprint.cdp.leased, ...Object.fromEntries(moves.map(({ profile, to }) => [profile, to])) };
  return { ...footprint, cdp: { ...footprint.cdp, leased } };
}

export const editsOf = (moves: readonly LeaseMove[]): Edit[] =>
  moves.filter(({ inConfig }) => inConfig).map(({ profile, to }) => ({ path: `browser.profiles.${profile}.cdpPort`, value: to }));

export const describeMove = ({ profile, from, to }: LeaseMove): string =>
  `CDP port of browser profile ${profile}: ${from} is ${to} now`;
