import { isWithin } from '@polygate/core';
import { discard } from '@polygate/core/profiles';
import { findEntry } from '@polygate/host';
import type { Context } from '../../context.ts';
import { refuseInUse } from './at-rest.ts';
import { type Named, openExisting } from './named.ts';
import type { PlannedChange } from './rename.ts';
import { ownTrees, treeWorld } from './trees.ts';

/**
 * Works out a removal: state directory, config, settings, and the workspace if it is the one that the profile's name gives.
 * Nothing of another instance, and nothing behind a link. Reads only.
 * @throws Problem PROFILE_UNKNOWN, PROFILE_RUNNING, SERVICE_STILL_INSTALLED or PATH_PROTECTED
 */
export async function planRemove(
  context: Context,
  name: Named,
  { keepWorkspace }: { keepWorkspace: boolean },
): Promise<PlannedChange> {
  const world = await context.world();
  const { host, ledger } = world;
  const { opened, found, all } = await openExisting(context, name);
  await refuseInUse(context, opened);
  const { instance, canonicalStateDir, settingsFile } = opened;
  const trees = await ownTrees(world, opened);
  const others = all.filter((each) => each !== found);
  const workspaceAt = await host.files.canonical(instance.workspace.value);
  const about = await treeWorld(context, [trees.stateDir, trees.workspace], others, keepWorkspace ? [workspaceAt] : []);
  const mark = `.removed-${host.clock.now().toString(36)}`;
  const state = discard(about, trees.stateDir, mark);
  const inState = isWithin(host.paths, canonicalStateDir, workspaceAt);
  const workspace = trees.workspace && !inState ? discard(about, trees.workspace, mark) : { steps: [], after: [], kept: [] };
  const config =
    trees.configPath !== undefined && !about.foreign.includes(trees.configPath)
      ? await configFiles(context, trees.configPath)
      : [];
  const settings = (await host.files.read(settingsFile)) === undefined ? [] : [settingsFile];
  const entry = findEntry(ledger, instance.pack.id, canonicalStateDir);
  return {
    warnings: [
      ...[...state.kept, ...workspace.kept].map(
        (path) => `${path} stays: it is not this instance's alone, or was asked to be kept`,
      ),
      ...(trees.stateDir.kind === 'link' ? [`only the link ${trees.stateDir.path} goes; ${canonicalStateDir} stays`] : []),
      ...(trees.workspace || keepWorkspace || inState
        ? []
        : [`the workspace ${instance.workspace.value} stays: it was chosen by hand`]),
    ],
    change: {
      version: 1,
      kind: 'remove',
      title: `removal of ${name.id}`,
      command: `${context.commandLine} profiles remove ${name.id} --yes`,
      concerns: [name.id],
      steps: [...state.steps, ...workspace.steps, ...[...config, ...settings].map((path) => ({ do: 'remove', path }) as const)],
      ledger: entry ? { drop: { product: entry.product, stateDir: entry.stateDir } } : {},
      after: [...state.after, ...workspace.after],
    },
  };
}

/** A config outside the state directory, with its lock and its backups. */
async function configFiles({ host: { files, paths } }: Context, config: string): Promise<string[]> {
  const folder = paths.dirname(config);
  const name = paths.basename(config);
  const beside = (await files.list(folder)).filter(
    (each) => each === name || each === `${name}.owner` || each.startsWith(`${name}.bak`) || each.startsWith(`${name}.rejected-`),
  );
  return beside.map((each) => paths.join(folder, each));
}
