import {
  baseIssue,
  findPack,
  type Identity,
  type Instance,
  type InstanceSettings,
  type KnownInstance,
  type Ledger,
  type Problem,
  type ProductPack,
  readVariable,
  resolveIdentity,
  resolveInstance,
} from '@polygate/core';
import type { ProfileChange } from '@polygate/core/profiles';
import { readUnfinished } from '../changes/unfinished.ts';
import type { Folders, Host } from '../ports.ts';
import { polygateFolders } from '../store/folders.ts';
import { homeDirectory } from '../store/home.ts';
import { EMPTY_LEDGER, findEntry, readLedger } from '../store/ledger.ts';
import { userPacks } from '../store/product-packs.ts';
import { readSettings, settingsPath } from '../store/settings.ts';
import { type ConfigFile, type ConfigText, checkConfigText, readConfigText } from './config-file.ts';
import { type GatewayLock, readLiveLock } from './gateway-lock.ts';
import { realPaths } from './real-paths.ts';

/** What the command line says about which instance is meant. */
export interface Selection {
  product: string;
  productFile?: string | undefined;
  profile?: string | undefined;
  dev?: boolean | undefined;
  port?: string | undefined;
}

/** What several instances have in common: folders, packs, the ledger. Read once per command. */
export interface World {
  host: Host;
  home: string;
  folders: Folders;
  /** As it stands in its file, or made from the disk where that is missing or cannot be used. */
  ledger: Ledger;
  isRecorded: boolean;
  ownPacks: ProductPack[];
  /** Why files of the user that should describe a product do not. */
  brokenPacks: Problem[];
  /** A change of a profile that goes on now or was interrupted. */
  unfinished: ProfileChange | undefined;
  /** What the user should know about Polygate's own files, one line each. */
  warnings: string[];
}

/** An instance with what was read to resolve it. */
export interface OpenInstance {
  instance: Instance;
  config: ConfigText;
  settings: InstanceSettings | undefined;
  settingsFile: string;
  /** The live, verified gateway on its state directory. */
  lock: GatewayLock | undefined;
  /** State directory with symlinks resolved: with the product, the key of the instance. */
  canonicalStateDir: string;
  /** The same instance, were its gateway found on this port by other means than its lock. */
  runningOn(port: number, source: string): Instance;
}

/** An instance whose config has been checked, too. */
export interface CheckedInstance extends OpenInstance {
  config: ConfigFile;
}

/**
 * Checks the config of an instance: what wants to run it must know, what only looks at paths need not. A base port that is too
 * high for the product is wrong in the config, unless something stronger than the config says another.
 */
export async function checkInstance(opened: OpenInstance): Promise<CheckedInstance> {
  const { instance, config: read } = opened;
  const config = await checkConfigText(read);
  const issue = baseIssue(instance.pack, instance.port.value);
  if (!issue) return { ...opened, config };
  const { locateIssues } = await import('@polygate/core/json5');
  return {
    ...opened,
    config: { ...config, config: undefined, errors: [...config.errors, ...locateIssues(read.text ?? '', [issue])] },
  };
}

export async function openWorld(host: Host, productFile?: string): Promise<World> {
  const folders = polygateFolders(host);
  const [home, file, own, unfinished] = await Promise.all([
    homeDirectory(host),
    readLedger(host, folders),
    userPacks(host, folders, productFile),
    readUnfinished(host, folders),
  ]);
  const world: World = {
    ...{ host, home, folders, ownPacks: own.packs, brokenPacks: own.broken, unfinished },
    ...{ ledger: EMPTY_LEDGER, isRecorded: false, warnings: [] },
  };
  if (file.state === 'read') return { ...world, ledger: file.ledger, isRecorded: true };
  const { rebuildLedger } = await import('./rebuild.ts');
  const ledger = await rebuildLedger(world);
  const warnings = file.state === 'missing' ? [] : [`${file.problem.message}; what is on disk counts instead`];
  return { ...world, ledger, warnings };
}

/** The pack of a product. @throws Problem PRODUCT_UNKNOWN, or why the file that may describe it cannot be used */
export function packOf({ ownPacks, brokenPacks }: World, product: string): ProductPack {
  try {
    return findPack(product, ownPacks);
  } catch (error) {
    throw brokenPacks[0] ?? error;
  }
}

/**
 * Resolves the instance that a selection means. With `live`, the port of a running gateway counts (status, health, logs
 * and call ask about what is there); without it, what would be started counts.
 */
export async function openInstance(world: World, selection: Selection, options: { live: boolean }): Promise<OpenInstance> {
  const { host, home, folders, ledger } = world;
  const { files, paths, cwd } = host;
  const pack = packOf(world, selection.product);
  const input = { pack, flags: selection, env: host.env, home, cwd, paths, known: knownInstances(ledger) };
  const identity = await withLegacyConfig(host, pack, resolveIdentity({ ...input, real: await realPaths(files, ledger, input) }));
  const stateDir = identity.stateDir.value;
  const settingsFile = settingsPath(host, folders, pack.id, identity.profile.value);
  const [canonicalStateDir, config, settings, lock] = await Promise.all([
    files.canonical(stateDir),
    readConfigText(files, identity.configPath.value),
    readSettings(files, settingsFile),
    readLiveLock(host, stateDir),
  ]);
  const resolve = (runningPort: number | undefined, runningSource?: string) =>
    resolveInstance({
      ...{ pack, identity, home, cwd, paths, runningPort, runningSource },
      flags: selection,
      config: config.parsed,
      lease: findEntry(ledger, pack.id, canonicalStateDir),
      program: settings?.program,
    });
  const instance = resolve(options.live ? lock?.port : undefined);
  return { instance, config, settings, settingsFile, lock, canonicalStateDir, runningOn: resolve };
}

export function knownInstances(ledger: Ledger): KnownInstance[] {
  return ledger.instances.map(({ product, profile, stateDir, configPath, port }) => ({
    product,
    profile,
    stateDir,
    configPath,
    port,
  }));
}

/** A config under an older name is picked up where the present one is missing, unless the path was given. */
async function withLegacyConfig({ files, paths }: Host, pack: ProductPack, identity: Identity): Promise<Identity> {
  const { configPath, stateDir } = identity;
  const given = readVariable(pack, identity.env, 'CONFIG_PATH') !== undefined;
  if (given || !pack.legacyConfigFiles || (await files.stat(configPath.value))) return identity;
  for (const name of pack.legacyConfigFiles) {
    const value = paths.join(stateDir.value, name);
    if (await files.stat(value)) return { ...identity, configPath: { ...configPath, value, source: name } };
  }
  return identity;
}
