import { type Program, refuseReservedName, type Starter } from '@polygate/core';
import { checkPorts, type PortFinding } from '@polygate/core/ports';
import { checkInstance, type OpenInstance, occupant, openInstance, refuseBrokenConfig, writeSettings } from '@polygate/host';
import type { Context } from '../../context.ts';
import { managerIfAny } from '../describe.ts';
import { writeConfig } from './config.ts';
import { leasePorts } from './lease.ts';
import { describeMove, editsOf } from './move-leases.ts';
import { refuseForeignState, refuseUnchosenProgram } from './refusals.ts';
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
  /** What is to be said of its ports. */
  warnings: PortFinding[];
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
  const { host } = context;
  const world = await context.world();
  const before = await openInstance(world, { ...context.selection, port: options.port }, { live: false });
  const { instance } = before;
  const manager = managerIfAny(context);
  if (manager) refuseReservedName(instance.pack, instance.profile.value, manager.id);
  refuseBrokenConfig((await checkInstance(before)).config);
  refuseUnchosenProgram(before, options.program);
  await refuseForeignState(context, before);

  const { entry, occupants, moves } = await leasePorts(context, before, options);
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
  changes.push(...moves.map(describeMove));
  changes.push(...(await writeWorkspace(host, entry.workspace)));
  if (before.settings?.program === undefined || options.program !== undefined) {
    await writeSettings(host, before.settingsFile, { ...before.settings, version: 1, program: options.program ?? 'reference' });
  }
  const opened = await openInstance(world, context.selection, { live: false });
  const warnings = checkPorts(opened.instance.pack, occupant(opened.instance), {
    occupants,
    ephemeral: await host.net.ephemeralRange(),
  });
  return { opened, result, changes, warnings };
}
