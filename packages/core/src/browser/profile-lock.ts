/** What the lock on the data of a browser says: its link leads to `<host>-<pid>`. */
export interface ProfileLock {
  host: string;
  pid: number;
}

export function parseProfileLock(target: string): ProfileLock | undefined {
  const [, host, pid] = /^(.*)-(\d{1,10})$/s.exec(target) ?? [];
  return host === undefined ? undefined : { host, pid: Number(pid) };
}

/** What was written down of a browser when it was started. */
export interface BrowserRecord {
  pid: number;
  /** Names the process (ProcessInfo.stamp). */
  stamp: string;
  /** Which program it is, as it was found. */
  kind: string;
  /** Where it ran: the names by which this may be known again. */
  machine: MachineNames;
  port: number;
  startedAt: number;
}

export interface MachineNames {
  /** May be changed at any time, and is what the browser puts into its lock. */
  host: string;
  /** The machine, whatever it is called; '' where it has no such name. */
  id: string;
  /** This start of the system; '' where it has no name. */
  boot: string;
  /** What a pid is counted in: two containers of one host have processes of the same number. '' where that is one for all. */
  space: string;
}

/**
 * Whether the pid of a lock may be looked up here. here: yes, and what it says counts · gone: the system was started anew since, so
 * nobody holds it · elsewhere: on another machine or in another container, as far as can be told.
 */
export function whereIsHolder(
  lock: ProfileLock,
  record: BrowserRecord | undefined,
  now: MachineNames,
): 'here' | 'gone' | 'elsewhere' {
  const known = record?.pid === lock.pid && record.machine.host === lock.host ? record.machine : undefined;
  if (known && now.boot !== '' && known.boot === now.boot) return known.space === now.space ? 'here' : 'elsewhere';
  if (known && now.boot !== '' && known.boot !== '' && now.id !== '' && known.id === now.id) return 'gone';
  return lock.host === now.host ? 'here' : 'elsewhere';
}
