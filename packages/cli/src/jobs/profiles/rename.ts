import {
  canonical,
  type Edit,
  forProfile,
  type InstanceSettings,
  isWithin,
  parseProfileName,
  refuseReservedName,
} from '@polygate/core';
import { type ChangeStep, type ProfileChange, type Relocation, relocate, repoint } from '@polygate/core/profiles';
import { findEntry, jsonText, type OpenInstance, settingsPath } from '@polygate/host';
import { goodConfigs } from '@polygate/host/config-history';
import type { Context } from '../../context.ts';
import { refuseInUse } from './at-rest.ts';
import { type Named, openExisting, refuseExisting } from './named.ts';
import { ownTrees, refusePresent, treeAt, treeWorld } from './trees.ts';

/** A change with what people are told besides. */
export interface PlannedChange {
  change: ProfileChange;
  warnings: string[];
}

interface Move {
  from: string;
  to: string;
}

const NOTHING: Relocation = { steps: [], moves: [], root: undefined, kept: [] };

/**
 * Works out a rename: what carries the old name by custom (state directory, workspace, settings) moves to where the new name
 * has it; a directory that was chosen stays. Reads only.
 * @throws Problem PROFILE_UNKNOWN, PROFILE_EXISTS, PROFILE_RUNNING, SERVICE_STILL_INSTALLED or PATH_PROTECTED
 */
export async function planRename(context: Context, from: Named, to: Named): Promise<PlannedChange> {
  const world = await context.world();
  const { host, home, folders, ledger } = world;
  const { paths } = host;
  const { opened, found, all } = await openExisting(context, from);
  const others = all.filter((each) => each !== found);
  refuseExisting(others, to);
  const { instance } = opened;
  const { pack } = instance;
  const profile = parseProfileName(to.profile);
  const manager = await context.manager();
  refuseReservedName(pack, profile, manager.id);
  await refuseInUse(context, opened);

  const trees = await ownTrees(world, opened);
  const about = await treeWorld(context, [trees.stateDir, trees.workspace], others);
  const usual = canonical({ pack, paths, home }, instance.profile.value).stateDir;
  const wanted = canonical({ pack, paths, home }, profile).stateDir;
  const byCustom = (await treeAt(host, usual)).path === trees.stateDir.path;
  const state = byCustom ? relocate(about, trees.stateDir, (await treeAt(host, wanted)).path) : NOTHING;
  // A workspace in the state directory goes along with it.
  const apart = trees.workspace && !isWithin(paths, trees.stateDir.path, trees.workspace.path) ? trees.workspace : undefined;
  const newWorkspace = paths.join(home, forProfile(pack.workspace, profile));
  const workspace = apart ? relocate(about, apart, (await treeAt(host, newWorkspace)).path) : NOTHING;
  const moves = [...workspace.moves, ...state.moves];
  await refusePresent(host, to.id, ...moves.map((move) => move.to));

  // A config names paths as a person does, with links in them.
  const named = [
    ...moves,
    ...(byCustom && state.kept.length === 0 ? [{ from: usual, to: wanted }] : []),
    ...(apart && workspace.kept.length === 0 ? [{ from: instance.workspace.value, to: newWorkspace }] : []),
  ];
  const config = await configAfter(context, opened, moves, named);
  const entry = findEntry(ledger, pack.id, opened.canonicalStateDir);
  const moved = (path: string) =>
    placeAfter(context, [...moves, ...[state.root, workspace.root].filter((root) => root !== undefined)], path);
  return {
    warnings: [
      ...[...state.kept, ...workspace.kept].map((path) => `${path} stays where it is: it belongs to another instance`),
      ...config.unedited.map((key) => `${instance.configPath.value}: ${key} still names a path that is moved`),
    ],
    change: {
      version: 1,
      kind: 'rename',
      title: `rename of ${from.id} to ${to.id}`,
      command: `${context.commandLine} profiles rename ${from.id} ${to.profile}`,
      concerns: [from.id, to.id],
      steps: [
        ...workspace.steps,
        ...state.steps,
        ...config.steps,
        ...(config.steps.length > 0 ? await historyAfter(context, opened, moves) : []),
        ...settingsAfter(opened, settingsPath(host, folders, pack.id, to.profile), moved),
      ],
      ledger: entry
        ? {
            drop: { product: entry.product, stateDir: entry.stateDir },
            put: {
              ...entry,
              profile,
              stateDir: moved(entry.stateDir),
              configPath: moved(entry.configPath),
              workspace: moved(entry.workspace),
            },
          }
        : {},
      after: [],
    },
  };
}

function placeAfter({ host: { paths } }: Context, moves: readonly Move[], path: string): string {
  const move = moves.find(({ from }) => isWithin(paths, from, path));
  return move ? paths.join(move.to, paths.relative(move.from, path)) : path;
}

/** The config where it will be, with every path in it that moves; comments and layout stay. */
async function configAfter(
  context: Context,
  { instance, config }: OpenInstance,
  moves: readonly Move[],
  named: readonly Move[],
): Promise<{ steps: ChangeStep[]; unedited: string[] }> {
  const { host } = context;
  const { home } = await context.world();
  const { paths } = host;
  if (config.text === undefined || config.parsed === undefined) return { steps: [], unedited: [] };
  const { edits, unedited } = repoint(config.parsed, named, { paths, home });
  const workspace = instance.workspace.value;
  const now = placeAfter(context, named, workspace);
  const key = 'agents.defaults.workspace';
  // Said by custom until now: under the new name custom would say another place.
  const explicit: Edit[] = now !== workspace && !edits.some((edit) => edit.path === key) ? [{ path: key, value: now }] : [];
  const all = [...edits, ...explicit];
  if (all.length === 0) return { steps: [], unedited };
  const { editConfig } = await import('@polygate/core/json5');
  const mode = (await host.files.stat(config.path))?.mode ?? 0o600;
  const path = placeAfter(context, moves, await host.files.canonical(config.path));
  return { steps: [{ do: 'write', path, mode, content: editConfig(config.text, all) }], unedited };
}

/** Configs that the gateway was well with name paths that are no longer: there is no going back to them. */
async function historyAfter(
  context: Context,
  { canonicalStateDir }: OpenInstance,
  moves: readonly Move[],
): Promise<ChangeStep[]> {
  const known = await goodConfigs(context.host, canonicalStateDir);
  return known.map(({ file }) => ({ do: 'remove', path: placeAfter(context, moves, file) }));
}

/** Settings go by the name of the profile, and name what was chosen by hand. */
function settingsAfter({ settings, settingsFile }: OpenInstance, to: string, moved: (path: string) => string): ChangeStep[] {
  if (settings === undefined) return [];
  const { stateDir, configPath } = settings;
  const wanted: InstanceSettings = {
    ...settings,
    ...(stateDir === undefined ? {} : { stateDir: moved(stateDir) }),
    ...(configPath === undefined ? {} : { configPath: moved(configPath) }),
  };
  return [
    { do: 'write', path: to, mode: 0o600, content: jsonText(wanted) },
    ...(settingsFile === to ? [] : [{ do: 'remove', path: settingsFile } as const]),
  ];
}
