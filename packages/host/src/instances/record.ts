import { isProblem, type Ledger, type Problem } from '@polygate/core';
import { ledgerPath, readLedger, writeLedger } from '../store/ledger.ts';
import type { World } from './open.ts';

/** What came of a change of the ledger. */
export interface Recorded<T> {
  result: T;
  /** What the user should know: it was damaged and is rebuilt, or could not be written. One line each. */
  warnings: string[];
}

type Change<T> = (ledger: Ledger) => Promise<{ ledger: Ledger; result: T }>;

/**
 * Changes the ledger under its lock: read, change, write whole. Other commands wait, so that two of them never lease the
 * same port. `change` returns the new ledger and what the caller wants to know; the same ledger means no write. A damaged
 * ledger is kept aside and made anew from the disk. Where nothing can be written, the change is worked out all the same and
 * a warning says that it is not recorded. @throws Problem LOCK_HELD, FILE_FROM_FUTURE and whatever `change` throws
 */
export async function updateLedger<T>(world: World, change: Change<T>): Promise<Recorded<T>> {
  const { host, folders } = world;
  let isLocked = false;
  try {
    return await host.locks.hold(ledgerPath(host, folders), 'the ledger', () => {
      isLocked = true;
      return changeLocked(world, change);
    });
  } catch (problem) {
    if (isLocked || !isUnwritable(problem)) throw problem;
    const { ledger } = await currentLedger(world);
    return { result: (await change(ledger)).result, warnings: [notRecorded(problem)] };
  }
}

async function changeLocked<T>(world: World, change: Change<T>): Promise<Recorded<T>> {
  const { host, folders } = world;
  const before = await currentLedger(world);
  const { ledger, result } = await change(before.ledger);
  if (ledger === before.ledger && before.damage === undefined) return { result, warnings: [] };
  // What may not be read must not be replaced either: it may be whole, and another account's.
  if (before.unreadable) return { result, warnings: [notRecorded(before.unreadable)] };
  try {
    const warnings = before.damage ? [await setAside(world, before.damage, before.ledger)] : [];
    await writeLedger(host, folders, ledger);
    return { result, warnings };
  } catch (problem) {
    if (!isUnwritable(problem)) throw problem;
    return { result, warnings: [notRecorded(problem)] };
  }
}

/** The ledger, made anew from the disk where the file cannot serve. */
async function currentLedger(world: World): Promise<{ ledger: Ledger; damage?: Problem; unreadable?: Problem }> {
  const file = await readLedger(world.host, world.folders);
  if (file.state === 'read') return file;
  const { rebuildLedger } = await import('./rebuild.ts');
  const ledger = await rebuildLedger(world);
  if (file.state === 'missing') return { ledger };
  return file.state === 'damaged' ? { ledger, damage: file.problem } : { ledger, unreadable: file.problem };
}

async function setAside({ host, folders }: World, damage: Problem, { instances }: Ledger): Promise<string> {
  const time = new Date(host.clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
  // Behind a symlink lies the file that is damaged.
  const aside = await host.files.setAside(await host.files.canonical(ledgerPath(host, folders)), `corrupt-${time}`);
  return `${damage.message}; it is kept as ${aside}, and rebuilt from what is on disk (${instances.length} found)`;
}

const isUnwritable = (error: unknown): error is Problem => isProblem(error, 'FILE_DENIED', 'FILE_FAILED', 'DISK_FULL');

const notRecorded = (problem: Problem) =>
  `no lease could be recorded: ${problem.message}; ports were checked against what is on disk and what listens, and nothing keeps them for this instance`;
