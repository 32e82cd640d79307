import type { UnitFile } from '../formats/systemd-unit.ts';
import type { Drift } from './diff.ts';

/** What a definition says in words of its own: compared by meaning, not here. */
const IN_DEFINITION = new Set(['Description', 'ExecStart', 'WorkingDirectory', 'Environment', 'EnvironmentFile', 'User']);

/** Keys of a drop-in with which something else is run than what was installed. */
const RUNS_ANOTHER = /^Service\.(ExecStart|User|WorkingDirectory|Environment|EnvironmentFile)$/;

/** Of the keys that a drop-in sets, those that change what the service runs. */
export const overridingKeys = (keys: readonly string[]): string[] => keys.filter((key) => RUNS_ANOTHER.test(key));

/** Keys that a drop-in sets, as `Section.Key`, each once. */
export function keysOf(file: UnitFile): string[] {
  return [...new Set(file.flatMap(({ name, entries }) => entries.map(({ key }) => `${name}.${key}`)))];
}

/** Key by key: how the rest of a unit (restart policy, limits, hardening) differs from the wanted one. */
export function diffPolicy(installed: UnitFile, wanted: UnitFile): Drift[] {
  const keys = new Map<string, [section: string, key: string]>();
  for (const { name, entries } of [...wanted, ...installed]) {
    for (const { key } of entries) if (!IN_DEFINITION.has(key)) keys.set(`${name}.${key}`, [name, key]);
  }
  return [...keys.values()].flatMap(([section, key]) => {
    const [a, b] = [installed, wanted].map((file) => textAt(file, section, key));
    return a === b ? [] : [{ field: `${section}.${key}`, installed: a, wanted: b }];
  });
}

/** As it is written: an empty value (nothing of a list) is not the same as none (what systemd does by itself). */
function textAt(file: UnitFile, section: string, key: string): string | undefined {
  const values = file.flatMap(({ name, entries }) => (name === section ? entries.filter((e) => e.key === key) : []));
  return values.length === 0 ? undefined : values.map((e) => e.value).join(' ');
}
