import type { Step } from '@polygate/core';
import type { Folders, Host } from '../../ports.ts';

/** What is written when Polygate switched lingering on: only then may it be switched off again. */
export function lingerRecord({ paths, users, clock }: Host, folders: Folders): { path: string; content: string } {
  const at = new Date(clock.now()).toISOString();
  return { path: paths.join(folders.state, `linger-${users.name}`), content: `switched on by polygate ${at}\n` };
}

interface Lingering {
  record: string;
  unitDir: string;
  user: string;
}

/** Switches lingering off, if Polygate had switched it on and no other unit of this account starts by itself. */
export async function lingerOff({ files, paths }: Host, { record, unitDir, user }: Lingering, unit: string): Promise<Step[]> {
  if (!(await files.stat(record).catch(() => undefined))) return [];
  const directories = (await files.list(unitDir)).filter((name) => /\.(wants|requires)$/.test(name));
  const enabled = (await Promise.all(directories.map((name) => files.list(paths.join(unitDir, name))))).flat();
  if (enabled.some((name) => name !== unit)) return [];
  const advice = `Lingering is still on for ${user}; to switch it off: sudo loginctl disable-linger ${user}`;
  return [
    { do: 'run', argv: ['loginctl', 'disable-linger', user], advice },
    // Last: as long as it is there, an uninstall that was cut short can be ended by another one.
    { do: 'remove', path: record },
  ];
}
