import { canonical, forProfile, isWithin, Problem, parseProfileName, refuseReservedName } from '@polygate/core';
import { type ChangeStep, cloneConfig, type LedgerRecord } from '@polygate/core/profiles';
import { checkInstance, jsonText, type OpenInstance, openInstance, refuseBrokenConfig, settingsPath } from '@polygate/host';
import { updateLedger } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { leasePorts } from '../setup/lease.ts';
import { newToken } from '../setup/set-up.ts';
import { type Named, openExisting, refuseExisting } from './named.ts';
import type { PlannedChange } from './rename.ts';
import { refusePresent } from './trees.ts';

export interface CloneOptions {
  port: string | undefined;
  withSecrets: boolean;
}

export interface PlannedClone extends PlannedChange {
  /** Keys of the config that the clone does not get. */
  leftOut: { path: string; why: 'secret' | 'port' }[];
  /** undefined: not leased, in a dry run. */
  port: number | undefined;
  stateDir: string;
}

/** What holds secrets in a state directory of the family, beside its config. The device identity is not among them: each has its own. */
const SECRET_FILES = ['.env', 'credentials'];

/**
 * Works out a clone, and leases its ports: config and workspace of one instance under a new name, with ports, token and
 * directories of its own. `lease: false` only proposes, for a dry run.
 * @throws Problem PROFILE_UNKNOWN, PROFILE_EXISTS, CONFIG_INVALID, or what leasing ports throws
 */
export async function planClone(
  context: Context,
  from: Named,
  to: Named,
  options: CloneOptions & { lease: boolean },
): Promise<PlannedClone> {
  if (from.product !== to.product) {
    throw new Problem('USAGE', {
      message: `a clone is of the same product: ${to.id} is not of ${from.product}`,
      topic: 'profiles clone',
    });
  }
  const world = await context.world();
  const { host, home, folders } = world;
  const { paths } = host;
  const { opened, all } = await openExisting(context, from);
  refuseExisting(all, to);
  const { instance, config } = opened;
  const { pack } = instance;
  const profile = parseProfileName(to.profile);
  const manager = await context.manager();
  refuseReservedName(pack, profile, manager.id);
  if (config.text === undefined) throw new Problem('CONFIG_MISSING', { file: config.path });
  refuseBrokenConfig((await checkInstance(opened)).config);

  const { stateDir } = canonical({ pack, paths, home }, profile);
  const workspace = paths.join(home, forProfile(pack.workspace, profile));
  await refusePresent(host, to.id, stateDir, workspace);
  // As one that is set up newly: nothing of the caller's environment means it.
  const clean = { ...world, host: { ...host, env: {} } };
  const target = await openInstance(clean, { product: to.product, profile, port: options.port }, { live: false });
  const entry = options.lease ? (await leasePorts(context, target, { port: options.port })).entry : undefined;
  // Nothing of a dry run is written: which port it will be, the lease decides.
  const port = entry?.port ?? target.instance.port.value;
  const cloned = cloneConfig(config.parsed, { port, token: await newToken(), workspace, withSecrets: options.withSecrets });
  const { editConfig, removeKeys } = await import('@polygate/core/json5');
  const content = editConfig(removeKeys(config.text, cloned.removals), cloned.edits);

  const newConfig = paths.join(stateDir, pack.configFile);
  const settingsFile = settingsPath(host, folders, pack.id, to.profile);
  const steps: ChangeStep[] = [
    { do: 'makeDir', path: stateDir, mode: 0o700 },
    { do: 'write', path: newConfig, mode: 0o600, content },
    ...(await workspaceSteps(context, opened, workspace)),
    ...(options.withSecrets ? await secretSteps(context, opened, stateDir) : []),
    ...(opened.settings?.program
      ? [
          {
            do: 'write',
            path: settingsFile,
            mode: 0o600,
            content: jsonText({ version: 1, program: opened.settings.program }),
          } satisfies ChangeStep,
        ]
      : []),
  ];
  return {
    port: entry?.port,
    stateDir,
    leftOut: cloned.leftOut,
    warnings: [],
    change: {
      version: 1,
      kind: 'clone',
      title: `clone of ${from.id} as ${to.id}`,
      command: `${context.commandLine} profiles clone ${from.id} ${to.profile}`,
      concerns: [to.id],
      steps,
      ledger: entry ? { put: { ...entry, configPath: newConfig, workspace } } : {},
      after: [],
    },
  };
}

/** A workspace is copied, but for what links lead out of it to. */
async function workspaceSteps(
  context: Context,
  { instance, canonicalStateDir }: OpenInstance,
  to: string,
): Promise<ChangeStep[]> {
  const { files, paths } = context.host;
  const from = await files.canonical(instance.workspace.value);
  if ((await files.trees.kindOf(from)) !== 'directory') return [];
  // One that holds the state directory, or is it, is no workspace to copy: it would bring all that is left out with it.
  if (isWithin(paths, from, canonicalStateDir)) {
    throw new Problem('PATH_PROTECTED', {
      path: from,
      reason: `as a workspace it holds the state directory ${canonicalStateDir}`,
    });
  }
  return [
    { do: 'makeDir', path: paths.dirname(to), mode: 0o700 },
    { do: 'copy', from, to, except: [to] },
  ];
}

async function secretSteps(
  { host: { files, paths } }: Context,
  { canonicalStateDir }: OpenInstance,
  stateDir: string,
): Promise<ChangeStep[]> {
  const found = await Promise.all(
    SECRET_FILES.map(async (name): Promise<ChangeStep[]> => {
      const from = paths.join(canonicalStateDir, name);
      const kind = await files.trees.kindOf(from);
      return kind === 'file' || kind === 'directory' ? [{ do: 'copy', from, to: paths.join(stateDir, name), except: [] }] : [];
    }),
  );
  return found.flat();
}

/** Takes the lease of a clone that came to nothing out of the ledger, and the directory that was made for it. */
export async function giveBack(
  context: Context,
  { product, stateDir }: Pick<LedgerRecord, 'product' | 'stateDir'>,
): Promise<void> {
  await updateLedger(await context.world(), async (ledger) => ({
    ledger: { ...ledger, instances: ledger.instances.filter((e) => !(e.product === product && e.stateDir === stateDir)) },
    result: undefined,
  }));
  await context.host.files.trees.removeEmpty(stateDir);
}
