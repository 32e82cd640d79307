import { pick, portAt, textAt } from '../config/pick.ts';
import { frozen } from '../frozen.ts';
import type { InstanceSettings } from '../gen/instance-settings.gen.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { absolute, type PathFlavour } from '../paths.ts';
import { deriveFootprint, type Footprint } from '../ports/footprint.ts';
import { checkBasePort, parseBasePort, parsePort, portOfUrl } from '../ports/port.ts';
import { readVariable, readVariables } from '../product/environment.ts';
import { forProfile } from '../product/pack.ts';
import { DEV_PROFILE, type ProfileName, sameProfile } from '../profile/name.ts';
import { isLoopback } from './access.ts';
import type { Identity } from './identity.ts';
import { firstOf, type Overridden, type Sourced } from './origin.ts';

export type Program = NonNullable<InstanceSettings['program']>;

/** What the ledger holds for this instance. */
export interface Lease {
  port: number;
  cdp: Readonly<Record<string, number>>;
}

export interface InstanceInput {
  pack: ProductPack;
  identity: Identity;
  flags: { port?: string | undefined };
  /** The parsed config, whatever its shape; undefined when there is none or it cannot be parsed. */
  config: unknown;
  lease: Lease | undefined;
  /** Port of a live, verified gateway on this state directory; given only by commands that ask about what is there now. */
  runningPort?: number | undefined;
  program: Program | undefined;
  home: string;
  cwd: string;
  paths: PathFlavour;
}

/** One gateway's set-up resolved: every value with its origin. */
export interface Instance {
  readonly pack: ProductPack;
  /** `product/profile`, the name in arguments and JSON. */
  readonly id: string;
  readonly profile: Sourced<ProfileName>;
  readonly stateDir: Sourced<string>;
  readonly configPath: Sourced<string>;
  readonly workspace: Sourced<string>;
  readonly port: Sourced<number>;
  readonly browserControlPort: Sourced<number | null>;
  readonly canvasPort: Sourced<number | null>;
  readonly footprint: Footprint;
  readonly program: Program | undefined;
  readonly identity: Identity;
}

/**
 * Resolves ports and workspace of an identity: flag > env > running > config > ledger > product. Pure and total: it answers
 * with a frozen instance.
 * @throws Problem PORT_INVALID or PORT_OUT_OF_RANGE for a flag or variable that cannot be used.
 */
export function resolveInstance(input: InstanceInput): Instance {
  const { pack, identity } = input;
  const port = resolvePort(input);
  const derived = deriveFootprint(pack, port.value);
  const browserControlPort = resolveBrowserControl(input, derived);
  const canvasPort = resolveCanvas(input, derived);
  const instance: Omit<Instance, 'pack' | 'program'> = {
    id: `${pack.id}/${identity.profile.value}`,
    profile: identity.profile,
    stateDir: identity.stateDir,
    configPath: identity.configPath,
    workspace: resolveWorkspace(input),
    port,
    browserControlPort,
    canvasPort,
    footprint: {
      ...derived,
      browserControl: browserControlPort.value,
      canvas: canvasPort.value,
      cdp: { ...derived.cdp, leased: leasedPorts(input) },
    },
    identity,
  };
  // Frozen without what the caller keeps: the pack is shared, and the program is a part of the settings as read.
  return Object.freeze({ ...frozen(instance), pack, program: input.program });
}

function resolvePort({ pack, identity, flags, config, lease, runningPort }: InstanceInput): Sourced<number> {
  const env = readVariables(pack, identity.env, 'GATEWAY_PORT');
  const configured = portAt(config, 'gateway.port');
  const product = sameProfile(identity.profile.value, DEV_PROFILE) ? pack.ports.dev : pack.ports.base;
  const port = firstOf<number>(
    flags.port === undefined ? undefined : { value: parseBasePort(pack, flags.port, '--port'), origin: 'flag', source: '--port' },
    ...env.map(({ name, value }) => ({ value: parseBasePort(pack, value, name), origin: 'env' as const, source: name })),
    runningPort === undefined ? undefined : { value: runningPort, origin: 'running', source: 'gateway lock' },
    configured === undefined ? undefined : { value: configured, origin: 'config', source: 'gateway.port' },
    lease && { value: lease.port, origin: 'ledger', source: 'lease' },
    { value: product, origin: 'product', source: pack.id },
  );
  checkBasePort(pack, port.value);
  return port;
}

function resolveBrowserControl({ pack, identity, config }: InstanceInput, derived: Footprint): Sourced<number | null> {
  const env = readVariable(pack, identity.env, 'BROWSER_CONTROL_URL');
  const url = textAt(config, 'browser.controlUrl');
  return firstOf<number | null>(
    env && { value: localPort(env.value), origin: 'env', source: env.name },
    url === undefined ? undefined : { value: localPort(url), origin: 'config', source: 'browser.controlUrl' },
    { value: derived.browserControl, origin: 'product', source: `base+${pack.ports.browserControl}` },
  );
}

function resolveCanvas({ pack, identity, config }: InstanceInput, derived: Footprint): Sourced<number | null> {
  const skip = readVariable(pack, identity.env, 'SKIP_CANVAS_HOST');
  const env = readVariable(pack, identity.env, 'CANVAS_HOST_PORT');
  const configured = portAt(config, 'canvasHost.port');
  const separate = pack.ports.canvas !== null;
  return firstOf<number | null>(
    skip?.value === '1' ? { value: null, origin: 'env', source: skip.name } : undefined,
    pick(config, 'canvasHost.enabled') === false ? { value: null, origin: 'config', source: 'canvasHost.enabled' } : undefined,
    env && separate ? { value: parsePort(env.value, env.name), origin: 'env', source: env.name } : undefined,
    configured !== undefined && separate ? { value: configured, origin: 'config', source: 'canvasHost.port' } : undefined,
    { value: derived.canvas, origin: 'product', source: separate ? `base+${pack.ports.canvas}` : 'same port' },
  );
}

function resolveWorkspace({ pack, identity, config, paths, home, cwd }: InstanceInput): Sourced<string> {
  const configured = textAt(config, 'agents.defaults.workspace');
  const fallback: Overridden<string> = {
    value: paths.join(home, forProfile(pack.workspace, identity.profile.value)),
    origin: identity.profile.origin,
    source: identity.profile.source,
  };
  return firstOf<string>(
    configured === undefined
      ? undefined
      : { value: absolute(paths, home, cwd, configured), origin: 'config', source: 'agents.defaults.workspace' },
    fallback,
  );
}

/** CDP ports by browser profile: what the config pins, over what the ledger leased. */
function leasedPorts({ config, lease }: InstanceInput): Record<string, number> {
  const leased: Record<string, number> = { ...lease?.cdp };
  const profiles = pick(config, 'browser.profiles');
  if (typeof profiles === 'object' && profiles !== null) {
    for (const name of Object.keys(profiles)) {
      const port = portAt((profiles as Record<string, unknown>)[name], 'cdpPort');
      if (port !== undefined) leased[name] = port;
    }
  }
  return leased;
}

/** A control URL on another machine takes no port here. */
function localPort(url: string): number | null {
  const port = portOfUrl(url);
  if (port === undefined) return null;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isLoopback(host) || host === '0.0.0.0' ? port : null;
}
