import { isProblem, type Ledger } from '@polygate/core';
import type { ProfileChange } from '@polygate/core/profiles';
import type { World } from '../instances/open.ts';
import { updateLedger } from '../instances/record.ts';
import { applySteps, finishSteps } from '../managers/apply.ts';
import { jsonText } from '../store/json-file.ts';
import { withEntry } from '../store/ledger.ts';
import { changePath, readUnfinished } from './unfinished.ts';

/** What came of a change. */
export interface ChangeDone {
  warnings: string[];
}

/** One change of a profile at a time, of all commands of this account. @throws Problem LOCK_HELD */
export function oneChangeAtATime<T>({ host, folders }: World, body: () => Promise<T>): Promise<T> {
  return host.locks.hold(changePath(host, folders), 'a change of a profile', body);
}

/**
 * Carries out a change. It is written down first, and the record is removed last: whatever ends this process, the change can
 * be finished. A step that fails takes everything back. Runs inside oneChangeAtATime.
 */
export async function carryOutChange(world: World, change: ProfileChange): Promise<ChangeDone> {
  const { host, folders } = world;
  const record = changePath(host, folders);
  await host.files.makeDir(folders.data, 0o700);
  await host.files.write(record, jsonText(change), 0o600);
  let warnings: string[];
  try {
    const applied = await applySteps(host, change.steps, {});
    warnings = [...applied.warnings, ...(await applyToLedger(world, change))];
  } catch (error) {
    await host.files.remove(record);
    throw error;
  }
  warnings.push(...(await clearAway(world, change)));
  await host.files.remove(record);
  return { warnings };
}

/** Finishes a change that was interrupted; undefined when there is none. Runs inside oneChangeAtATime. */
export async function finishChange(world: World): Promise<(ChangeDone & { change: ProfileChange }) | undefined> {
  const { host, folders } = world;
  const change = await readUnfinished(host, folders);
  if (!change) return undefined;
  await finishSteps(host, change.steps);
  const warnings = [...(await applyToLedger(world, change)), ...(await clearAway(world, change))];
  await host.files.remove(changePath(host, folders));
  return { change, warnings };
}

async function applyToLedger(world: World, { ledger: { drop, put } }: ProfileChange): Promise<string[]> {
  const { warnings } = await updateLedger(world, async (before) => {
    const instances = before.instances.filter((e) => !(e.product === drop?.product && e.stateDir === drop.stateDir));
    const dropped: Ledger = instances.length < before.instances.length ? { ...before, instances } : before;
    return { ledger: put ? withEntry(dropped, put) : dropped, result: undefined };
  });
  return warnings;
}

/** What was put aside is deleted. The change is done by then: what cannot be deleted is only in the way. */
async function clearAway({ host }: World, { after }: ProfileChange): Promise<string[]> {
  const warnings: string[] = [];
  for (const step of after) {
    try {
      await finishSteps(host, [step]);
    } catch (error) {
      if (!isProblem(error)) throw error;
      warnings.push(`${error.message}: it is no longer part of anything, and may be deleted by hand`);
    }
  }
  return warnings;
}
