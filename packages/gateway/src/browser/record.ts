import type { BrowserRecord, MachineNames } from '@polygate/core/browser';
import type { Keep } from '../kept.ts';

const nameOf = (profile: string) => `browser/${profile}/running.json`;
const EMPTY = '{}\n';

/** What was written down of the browser of a profile; undefined when none was, or it makes no sense. */
export async function readRecord(keep: Keep, profile: string): Promise<BrowserRecord | undefined> {
  try {
    const { pid, stamp, kind, machine, port, startedAt } = JSON.parse(
      (await keep.read(nameOf(profile))) ?? EMPTY,
    ) as Partial<BrowserRecord>;
    if (typeof pid !== 'number' || typeof stamp !== 'string' || typeof port !== 'number' || !isMachine(machine)) return undefined;
    return {
      pid,
      stamp,
      kind: typeof kind === 'string' ? kind : 'custom',
      machine,
      port,
      startedAt: typeof startedAt === 'number' ? startedAt : 0,
    };
  } catch {
    // Torn by a crash of the whole machine: it tells nothing.
    return undefined;
  }
}

export const writeRecord = (keep: Keep, profile: string, record: BrowserRecord): Promise<void> =>
  keep.write(nameOf(profile), `${JSON.stringify(record, null, 2)}\n`);

/** The browser of the profile was ended. */
export const forgetRecord = (keep: Keep, profile: string): Promise<void> => keep.write(nameOf(profile), EMPTY);

const isMachine = (value: unknown): value is MachineNames =>
  typeof value === 'object' &&
  value !== null &&
  ['host', 'id', 'boot', 'space'].every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
