import { builtInPacks, Problem, type Program } from '@polygate/core';
import { windowsPathIssue } from '@polygate/core/windows';
import type { OpenInstance } from '@polygate/host';
import type { Context } from '../../context.ts';

/** A set-up that others made gets Polygate's own gateway only when asked for. @throws Problem PROGRAM_NOT_CHOSEN */
export function refuseUnchosenProgram({ instance, config, settings }: OpenInstance, chosen: Program | undefined): void {
  if (config.exists && settings?.program === undefined && chosen === undefined) {
    throw new Problem('PROGRAM_NOT_CHOSEN', { instance: instance.id, stateDir: instance.stateDir.value });
  }
}

/** Behind a state directory: sessions, logs and the temporary files beside them, in characters. */
const ROOM_IN_STATE = 80;

/** Refuses places that Windows has a problem with, on Windows. @throws Problem PATH_UNUSABLE */
export async function refuseUnusablePaths(
  { platform }: Context['host'],
  places: Readonly<Record<string, string>>,
): Promise<void> {
  if (platform !== 'win32') return;
  for (const [what, path] of Object.entries(places)) {
    const reason = windowsPathIssue(path, what === STATE ? ROOM_IN_STATE : 0);
    if (reason !== undefined) throw new Problem('PATH_UNUSABLE', { what, path, reason });
  }
}

export const STATE = 'the state directory';

/**
 * Refuses a state directory that is no directory, another account's, or one that another product keeps its config in.
 * @throws Problem STATE_DIR_DENIED or STATE_DIR_TAKEN
 */
export async function refuseForeignState({ host }: Context, { instance, config }: OpenInstance): Promise<void> {
  const stateDir = instance.stateDir.value;
  const found = await host.files.stat(stateDir);
  if (!found) return;
  if (found.kind !== 'directory') throw new Problem('STATE_DIR_DENIED', { stateDir, reason: 'it is not a directory' });
  if (host.platform !== 'win32' && found.uid !== host.users.uid) {
    throw new Problem('STATE_DIR_DENIED', { stateDir, reason: `it belongs to ${await host.users.nameOf(found.uid)}` });
  }
  if (config.exists) return;
  for (const pack of builtInPacks) {
    if (pack.id === instance.pack.id) continue;
    if (await host.files.stat(host.paths.join(stateDir, pack.configFile))) {
      throw new Problem('STATE_DIR_TAKEN', { stateDir, owner: pack.displayName });
    }
  }
}
