import { sameProfile } from '../profile/name.ts';

export { traceService } from '../service/trace.ts';

/** What tells of an instance, the most telling first: a service definition, Polygate's own settings, a state directory. */
export const TRACES = ['definition', 'settings', 'disk'] as const;

/** Something on disk that tells of an instance. */
export interface Trace {
  by: (typeof TRACES)[number];
  product: string;
  profile: string;
  /** Canonical path. */
  stateDir: string;
  /** Canonical path. */
  configPath: string;
}

/** An instance by all that tells of it; its name and paths are those of what tells most. */
export interface Traced extends Omit<Trace, 'by'> {
  by: Trace['by'][];
}

/**
 * The instances that traces mean, one for each state directory. Where two products share a directory, the one that more
 * speaks for has it. Order of the traces decides among equals.
 */
export function instancesOf(traces: readonly Trace[]): Traced[] {
  const ranked = [...traces].sort((a, b) => TRACES.indexOf(a.by) - TRACES.indexOf(b.by));
  const found: Traced[] = [];
  for (const { by, ...trace } of ranked) {
    const known = found.find((f) => f.stateDir === trace.stateDir);
    if (!known) found.push({ ...trace, by: [by] });
    else if (known.product === trace.product && !known.by.includes(by)) known.by.push(by);
  }
  return found;
}

/** Those that a ledger can record: of two with one name only the first, since a name is unique. */
export function recordable(found: readonly Traced[]): Traced[] {
  return found.filter(
    (one, i) => !found.slice(0, i).some((f) => f.product === one.product && sameProfile(f.profile, one.profile)),
  );
}
