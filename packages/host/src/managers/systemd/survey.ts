import { auditUnit, parseUnit, readUnit } from '@polygate/core/service';
import type { Host } from '../../ports.ts';
import type { SurveyedDefinition } from '../survey.ts';

/** Where units of the system lie, what counts most first (systemd.unit(5)). */
const SYSTEM_UNIT_DIRS = [
  '/etc/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];
/** A unit is a few lines: what is larger is something else. */
const MAX_BYTES = 64 * 1024;
/** More than any distribution ships. */
const MOST_UNITS = 4096;

/** Every service that is defined for the whole system, each file once. What may not be read is left out. */
export async function systemUnits({ files, paths }: Host): Promise<SurveyedDefinition[]> {
  const seen = new Set<string>();
  const found: SurveyedDefinition[] = [];
  for (const directory of SYSTEM_UNIT_DIRS) {
    const names = (await files.list(directory)).filter((name) => name.endsWith('.service')).slice(0, MOST_UNITS);
    const read = await Promise.all(names.map((name) => readOne(files, paths.join(directory, name))));
    for (const [i, one] of read.entries()) {
      const name = (names[i] as string).slice(0, -'.service'.length);
      // The first place counts for systemd too; and /lib is often another name of /usr/lib.
      if (!one || seen.has(name)) continue;
      seen.add(name);
      found.push({ name, ...one });
    }
  }
  return found;
}

async function readOne(files: Host['files'], path: string): Promise<Omit<SurveyedDefinition, 'name'> | undefined> {
  const about = await files.stat(path).catch(() => undefined);
  if (about?.kind !== 'file' || about.size > MAX_BYTES) return undefined;
  const text = await files.read(path).catch(() => undefined);
  const definition = text === undefined ? undefined : readUnit(parseUnit(text));
  if (text === undefined || !definition) return undefined;
  const { mode } = about;
  return { path, text, mode, definition, audit: () => auditUnit({ text, mode }) };
}
