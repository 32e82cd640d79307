import type { Files } from '../ports.ts';

/** How many former versions of a config are kept, as in the family: `.bak`, then `.bak.1` (older) to `.bak.4`. */
const KEPT = 5;

/**
 * Keeps the present content of a file as `<file>.bak`, and moves the former backups on by one. They hold the same secrets, so
 * only the owner may read them. Nothing is done for a file that is not there. `as` is the file beside which they are kept,
 * when that is to be another one. Gives the path of the newest.
 */
export async function keepBackup(files: Files, file: string, as: string = file): Promise<string | undefined> {
  const name = (age: number) => (age === 0 ? `${as}.bak` : `${as}.bak.${age}`);
  const present = await files.read(file);
  if (present === undefined) return undefined;
  // The oldest first: a crash on the way leaves a version twice, and loses none but the oldest.
  for (let age = KEPT - 1; age > 0; age -= 1) {
    const younger = await files.read(name(age - 1));
    if (younger !== undefined) await files.write(name(age), younger, 0o600);
  }
  await files.write(name(0), present, 0o600);
  return name(0);
}
