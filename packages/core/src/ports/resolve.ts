import { pick, portAt, textAt } from '../config/pick.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { isLoopback } from '../instance/access.ts';
import { firstOf, type Overridden, type Sourced } from '../instance/origin.ts';
import { type Env, readVariable, readVariables } from '../product/environment.ts';
import { ownBrowserProfile } from '../product/pack.ts';
import { DEV_PROFILE, type ProfileName, sameProfile } from '../profile/name.ts';
import { deriveFootprint, type Footprint } from './footprint.ts';
import { parseBasePort, parsePort, portOfUrl } from './port.ts';

/** What the ledger holds for an instance. */
export interface Lease {
  port: number;
  cdp: Readonly<Record<string, number>>;
}

export interface PortsInput {
  pack: ProductPack;
  profile: ProfileName;
  /** The environment as far as it counts for this instance. */
  env: Env;
  flags: { port?: string | undefined };
  /** The parsed config, whatever its shape. */
  config: unknown;
  lease: Lease | undefined;
  runningPort?: number | undefined;
  /** What tells of that port; a gateway's lock as a rule. */
  runningSource?: string | undefined;
}

/** Every port of an instance with its origin. */
export interface ResolvedPorts {
  port: Sourced<number>;
  browserControlPort: Sourced<number | null>;
  canvasPort: Sourced<number | null>;
  /** By browser profile: what the config pins, over what the ledger leased. */
  cdpPorts: Readonly<Record<string, Sourced<number>>>;
  footprint: Footprint;
}

/**
 * Resolves the ports of an instance: flag > env > running > config > ledger > product (DESIGN 4 and 5). A base in the config
 * or the ledger that is too high is kept as it is, so that it can be reported; `baseTooHigh` tells, and whoever wants to run
 * it refuses. @throws Problem PORT_INVALID or PORT_OUT_OF_RANGE for a flag or variable that cannot be used.
 */
export function resolvePorts(input: PortsInput): ResolvedPorts {
  const { pack, config } = input;
  const port = resolveBase(input);
  const derived = deriveFootprint(pack, port.value);
  const browserControlPort = resolveBrowserControl(input, derived);
  const canvasPort = resolveCanvas(input, derived);
  const cdpPorts = resolveCdp(input);
  // Newer real versions can move the band by itself.
  const first = portAt(config, 'browser.cdpPortRangeStart') ?? derived.cdp.first;
  const cdp = { first, last: first + derived.cdp.last - derived.cdp.first };
  const leased = Object.fromEntries(Object.entries(cdpPorts).map(([name, { value }]) => [name, value]));
  const placed = textAt(config, 'browser.cdpUrl') !== undefined || isPlaced(config, ownBrowserProfile(pack));
  const footprint: Footprint = {
    ...derived,
    browserControl: browserControlPort.value,
    canvas: canvasPort.value,
    cdp: { ...cdp, leased },
    pinned: Object.keys(cdpPorts).filter((name) => /[cC]dpUrl$/.test(cdpPorts[name]?.source ?? '')),
    defaultCdp: placed ? null : first,
  };
  return { port, browserControlPort, canvasPort, cdpPorts, footprint };
}

function resolveBase({ pack, profile, env, flags, config, lease, runningPort, runningSource }: PortsInput): Sourced<number> {
  const variables = readVariables(pack, env, 'GATEWAY_PORT');
  const configured = portAt(config, 'gateway.port');
  const product = sameProfile(profile, DEV_PROFILE) ? pack.ports.dev : pack.ports.base;
  return firstOf<number>(
    flags.port === undefined ? undefined : { value: parseBasePort(pack, flags.port, '--port'), origin: 'flag', source: '--port' },
    ...variables.map(({ name, value }) => ({ value: parseBasePort(pack, value, name), origin: 'env' as const, source: name })),
    runningPort === undefined ? undefined : { value: runningPort, origin: 'running', source: runningSource ?? 'gateway lock' },
    configured === undefined ? undefined : { value: configured, origin: 'config', source: 'gateway.port' },
    lease && { value: lease.port, origin: 'ledger', source: 'lease' },
    { value: product, origin: 'product', source: pack.id },
  );
}

function resolveBrowserControl({ pack, env, config }: PortsInput, derived: Footprint): Sourced<number | null> {
  const variable = readVariable(pack, env, 'BROWSER_CONTROL_URL');
  const url = textAt(config, 'browser.controlUrl');
  return firstOf<number | null>(
    variable && { value: localPort(variable.value), origin: 'env', source: variable.name },
    url === undefined ? undefined : { value: localPort(url), origin: 'config', source: 'browser.controlUrl' },
    { value: derived.browserControl, origin: 'product', source: `base+${pack.ports.browserControl}` },
  );
}

/** What of an instance says where its canvas is. */
export type CanvasInput = Pick<PortsInput, 'pack' | 'env' | 'config'>;

/** What switches the canvas off; undefined: nothing does. */
export function canvasOff({ pack, env, config }: CanvasInput): { origin: 'env' | 'config'; source: string } | undefined {
  const skip = readVariable(pack, env, 'SKIP_CANVAS_HOST');
  if (skip?.value === '1') return { origin: 'env', source: skip.name };
  return pick(config, 'canvasHost.enabled') === false ? { origin: 'config', source: 'canvasHost.enabled' } : undefined;
}

/** The canvas port of an instance with this base; null: it has none of its own. @throws Problem PORT_INVALID for a variable that is none */
export function canvasPortOf(input: CanvasInput, base: number): number | null {
  return resolveCanvas(input, deriveFootprint(input.pack, base)).value;
}

function resolveCanvas(input: CanvasInput, derived: Footprint): Sourced<number | null> {
  const { pack, env, config } = input;
  const off = canvasOff(input);
  const variable = readVariable(pack, env, 'CANVAS_HOST_PORT');
  const configured = portAt(config, 'canvasHost.port');
  const separate = pack.ports.canvas !== null;
  return firstOf<number | null>(
    off && { value: null, ...off },
    variable && separate ? { value: parsePort(variable.value, variable.name), origin: 'env', source: variable.name } : undefined,
    configured !== undefined && separate ? { value: configured, origin: 'config', source: 'canvasHost.port' } : undefined,
    { value: derived.canvas, origin: 'product', source: separate ? `base+${pack.ports.canvas}` : 'same port' },
  );
}

function resolveCdp({ pack, config, lease }: PortsInput): Record<string, Sourced<number>> {
  const candidates = new Map<string, Overridden<number>[]>();
  const add = (name: string, value: number | null | undefined, origin: 'config' | 'ledger', source: string) => {
    if (typeof value === 'number') candidates.set(name, [...(candidates.get(name) ?? []), { value, origin, source }]);
  };
  for (const [name, profile] of Object.entries(browserProfiles(config))) {
    const at = `browser.profiles.${name}`;
    add(name, portAt(profile, 'cdpPort'), 'config', `${at}.cdpPort`);
    add(name, localPort(textAt(profile, 'cdpUrl')), 'config', `${at}.cdpUrl`);
  }
  add(ownBrowserProfile(pack), localPort(textAt(config, 'browser.cdpUrl')), 'config', 'browser.cdpUrl');
  for (const [name, port] of Object.entries(lease?.cdp ?? {})) add(name, port, 'ledger', 'lease');
  // A name such as __proto__ is a name like any other.
  return Object.fromEntries(
    [...candidates].map(([name, [first, ...rest]]) => [name, firstOf(first, ...(rest as [Overridden<number>]))]),
  );
}

/** The browser profiles of a config, each of any shape. */
export function browserProfiles(config: unknown): Readonly<Record<string, unknown>> {
  const profiles = pick(config, 'browser.profiles');
  return typeof profiles === 'object' && profiles !== null && !Array.isArray(profiles)
    ? (profiles as Record<string, unknown>)
    : {};
}

function isPlaced(config: unknown, profile: string): boolean {
  const own = pick(browserProfiles(config), profile);
  return portAt(own, 'cdpPort') !== undefined || textAt(own, 'cdpUrl') !== undefined;
}

/** A URL on another machine takes no port here. */
function localPort(url: string | undefined): number | null {
  const port = url === undefined ? undefined : portOfUrl(url);
  if (url === undefined || port === undefined) return null;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isLoopback(host) || host === '0.0.0.0' ? port : null;
}
