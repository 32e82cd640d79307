import { isProblem } from '@polygate/core';
import {
  type BrowserRecord,
  browserProblem,
  debuggingPortOf,
  isOnData,
  isOnOtherData,
  parseProfileLock,
  whereIsHolder,
} from '@polygate/core/browser';
import type { Keep } from '../kept.ts';
import type { Log } from '../log.ts';
import { findSocket } from './cdp/endpoint.ts';
import { endProcess } from './end.ts';
import type { BrowserMeans } from './means.ts';
import { forgetRecord, readRecord } from './record.ts';
import { connect, type OwnProcess, type RunningBrowser } from './running.ts';

export interface Place {
  means: BrowserMeans;
  keep: Keep;
  log: Log;
  profile: string;
  userDataDir: string;
  /** The gateway stops: nothing is begun any more. */
  stopping: AbortSignal;
}

/**
 * The browser that a killed gateway left on the data of a profile: taken over where it answers, ended where it does not. A process
 * is known by its stamp, or by the data on its command line; anybody else's is left alone. With nothing left, the data are free.
 * @throws Problem BROWSER_PROFILE_IN_USE when whoever has locked them cannot be looked at from here
 */
export async function recover(place: Place): Promise<RunningBrowser | undefined> {
  const { means, keep, log, profile, userDataDir } = place;
  const record = await readRecord(keep, profile);
  const left = await findLeft(place, record);
  if (left) {
    const taken = await takeOver(place, left);
    if (taken) return taken;
    log.warn(`browser ${profile}: pid ${left.pid}, which a gateway that was killed left behind, answers nothing: ending it`);
    await endProcess(means, left);
    means.machine.endRest(left.pid);
  }
  if (record) await forgetRecord(keep, profile);
  if ((await means.machine.lockOn(userDataDir)) !== undefined) {
    log.info(`browser ${profile}: the lock that a browser left on its data is removed: nobody holds it`);
    await means.machine.clearLock(userDataDir);
  }
  return undefined;
}

type Left = Pick<OwnProcess, 'pid' | 'stamp' | 'kind'> & { startedAt: number; port: number | undefined };

async function findLeft({ means, profile, userDataDir }: Place, record: BrowserRecord | undefined): Promise<Left | undefined> {
  const { machine, host } = means;
  const recorded = record && (await host.processes.info(record.pid));
  // In a copy of a state directory the record is that of a browser of the original.
  if (record && recorded?.stamp === record.stamp && !isOnOtherData(recorded.command, userDataDir)) return record;
  const target = await machine.lockOn(userDataDir);
  const lock = target === undefined ? undefined : parseProfileLock(target);
  if (!lock) return undefined;
  const where = whereIsHolder(lock, record, await machine.names());
  if (where === 'gone') return undefined;
  if (where === 'elsewhere') {
    const file = host.paths.join(userDataDir, 'SingletonLock');
    throw browserProblem('BROWSER_PROFILE_IN_USE', { profile, pid: lock.pid, host: lock.host, lock: file });
  }
  const holder = await host.processes.info(lock.pid);
  if (!holder || !isOnData(holder.command, userDataDir)) return undefined;
  const { pid, stamp, command, ageMs } = holder;
  return { pid, stamp, kind: 'custom', port: debuggingPortOf(command), startedAt: host.clock.now() - Math.round(ageMs) };
}

async function takeOver({ means, log, profile }: Place, left: Left): Promise<RunningBrowser | undefined> {
  const { pid, stamp, kind, port, startedAt } = left;
  // Whoever else is on that port is not asked who it is.
  if (port === undefined || !(await means.owners(port, pid)).has(pid)) return undefined;
  try {
    const socket = await findSocket(`http://127.0.0.1:${port}`, profile);
    const connected = await connect(socket, profile);
    log.info(`browser ${profile}: taken over, pid ${pid} on port ${port}, which a gateway that was killed left behind`);
    return { ...connected, socket, startedAt, process: { pid, stamp, port, kind, adopted: true, exited: undefined } };
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
