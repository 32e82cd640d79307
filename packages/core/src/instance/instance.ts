import { textAt } from '../config/pick.ts';
import { frozen } from '../frozen.ts';
import type { InstanceSettings } from '../gen/instance-settings.gen.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { absolute, type PathFlavour } from '../paths.ts';
import type { Footprint } from '../ports/footprint.ts';
import { type Lease, resolvePorts } from '../ports/resolve.ts';
import { forProfile } from '../product/pack.ts';
import type { ProfileName } from '../profile/name.ts';
import type { Identity } from './identity.ts';
import { firstOf, type Overridden, type Sourced } from './origin.ts';

export type Program = NonNullable<InstanceSettings['program']>;

export interface InstanceInput {
  pack: ProductPack;
  identity: Identity;
  flags: { port?: string | undefined };
  /** The parsed config, whatever its shape; undefined when there is none or it cannot be parsed. */
  config: unknown;
  lease: Lease | undefined;
  /** Port of a live, verified gateway on this state directory; given only by commands that ask about what is there now. */
  runningPort?: number | undefined;
  runningSource?: string | undefined;
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
  /** By browser profile. */
  readonly cdpPorts: Readonly<Record<string, Sourced<number>>>;
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
  const { flags, config, lease, runningPort, runningSource } = input;
  const running = { runningPort, runningSource };
  const ports = resolvePorts({ pack, profile: identity.profile.value, env: identity.env, flags, config, lease, ...running });
  const instance: Omit<Instance, 'pack' | 'program'> = {
    id: `${pack.id}/${identity.profile.value}`,
    profile: identity.profile,
    stateDir: identity.stateDir,
    configPath: identity.configPath,
    workspace: resolveWorkspace(input),
    ...ports,
    identity,
  };
  // Frozen without what the caller keeps: the pack is shared, and the program is a part of the settings as read.
  return Object.freeze({ ...frozen(instance), pack, program: input.program });
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
