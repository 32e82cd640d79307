import { canonical, type InstanceSettings, occupant, type Program, refuseReservedName, type Starter } from '@polygate/core';
import { checkPorts } from '@polygate/core/ports';
import {
  checkInstance,
  type LedgerEntry,
  type OpenInstance,
  openInstance,
  refuseBrokenConfig,
  refuseUnfinished,
  writeSettings,
} from '@polygate/host';
import type { Context } from '../../context.ts';
import { findingLine } from '../../output/ports.ts';
import { writeConfig } from './config.ts';
import { leasePorts } from './lease.ts';
import { describeMove, editsOf } from './move-leases.ts';
import { refuseForeignState, refuseUnchosenProgram, refuseUnusablePaths, STATE } from './refusals.ts';
import { writeWorkspace } from './workspace.ts';

/** What is asked for. What is not said is kept, or proposed where there is nothing. */
export interface SetupOptions {
  port?: string | undefined;
  workspace?: string | undefined;
  bind?: string | undefined;
  token?: string | undefined;
  password?: string | undefined;
  program?: Program | undefined;
}

export interface SetupResult {
  opened: OpenInstance;
  /** created: nothing was there · completed: keys were added or changed in a config · unchanged: it was complete. */
  result: 'created' | 'completed' | 'unchanged';
  /** Files and keys that were written, for people. */
  changes: string[];
}

/** 192 random bits. */
export async function newToken(): Promise<string> {
  const { randomBytes } = await import('node:crypto');
  return randomBytes(24).toString('hex');
}

/**
 * Makes a profile that starts: state directory, config with mode local, a token and a port that no known instance or
 * listener holds, its own workspace. Run again it adds what is missing, sets what is asked for, and changes nothing else.
 */
export async function setUp(context: Context, options: SetupOptions): Promise<SetupResult> {
  const selection = { ...context.selection, port: options.port };
  const { settingsFile, instance } = await openInstance(await context.world(), selection, { live: false });
  return context.host.locks.hold(settingsFile, `the set-up of ${instance.id}`, async () => {
    // Of two that make one profile at once, the second finds what the first has made, the ledger included.
    const world = await context.world({ fresh: true });
    return setUpAlone(context, options, await openInstance(world, selection, { live: false }));
  });
}

async function setUpAlone(context: Context, options: SetupOptions, before: OpenInstance): Promise<SetupResult> {
  const { host } = context;
  const { instance } = before;
  refuseUnfinished((await context.world()).unfinished, instance.id);
  const manager = await context.manager();
  refuseReservedName(instance.pack, instance.profile.value, manager.id);
  refuseBrokenConfig((await checkInstance(before)).config);
  refuseUnchosenProgram(before, options.program);
  await refuseForeignState(context, before);
  const stateDir = instance.stateDir.value;
  await refuseUnusablePaths(host, {
    [STATE]: stateDir,
    'the config file': instance.configPath.value,
    'the workspace': options.workspace === undefined ? instance.workspace.value : host.paths.resolve(options.workspace),
  });
  const isNew = host.platform === 'win32' && (await host.files.stat(stateDir)) === undefined;

  const { entry, occupants, moves } = await leasePorts(context, before, options);
  const guarded = isNew ? await protect(context, stateDir) : [];
  const starter: Starter = {
    port: entry.port,
    token: options.token ?? (await newToken()),
    workspace: entry.workspace,
    bind: options.bind,
    password: options.password,
  };
  context.secrets.add(starter.token);
  if (options.password !== undefined) context.secrets.add(options.password);
  const { result, changes } = await writeConfig(context, before, starter, options, editsOf(moves));
  changes.unshift(...guarded);
  changes.push(...moves.map(describeMove));
  changes.push(...(await writeWorkspace(host, entry.workspace)));
  await keepSettings(context, before, entry, options.program);
  const opened = await openInstance(await context.world({ fresh: true }), context.selection, { live: false });
  const { pack } = opened.instance;
  const around = { occupants, ephemeral: await host.net.ephemeralRange() };
  for (const found of checkPorts(pack, occupant(opened.instance), around)) context.warn(findingLine(found));
  return { opened, result, changes };
}

/** Before a secret is in it. */
async function protect({ host, warn }: Context, folder: string): Promise<string[]> {
  const { protectFolder } = await import('@polygate/host/protect');
  const reason = await protectFolder(host, folder);
  if (reason === undefined) return [`${folder}: only ${host.users.name}, SYSTEM and Administrators may enter (icacls)`];
  warn(`${folder} is not protected from other accounts (${reason}): keep others out by hand`);
  return [];
}

/** What runs as the gateway, and paths that are not the usual ones: nothing else on disk tells of those when the ledger is lost. */
async function keepSettings(
  { host, world }: Context,
  { instance, settings, settingsFile }: OpenInstance,
  { stateDir, configPath }: LedgerEntry,
  program: Program | undefined,
): Promise<void> {
  const { pack, profile } = instance;
  const { files, paths } = host;
  const usual = canonical({ pack, paths, home: (await world()).home }, profile.value);
  const { stateDir: _, configPath: __, ...others } = settings ?? {};
  const wanted: InstanceSettings = {
    ...{ ...others, version: 1, program: program ?? settings?.program ?? 'reference' },
    ...(stateDir === (await files.canonical(usual.stateDir)) ? {} : { stateDir }),
    ...(paths.dirname(configPath) === stateDir ? {} : { configPath }),
  };
  if (JSON.stringify(wanted) !== JSON.stringify(settings)) await writeSettings(host, settingsFile, wanted);
}
