import { isDict, type PlistDict, type PlistValue } from '../formats/plist.ts';
import type { Drift } from './diff.ts';

/** What a definition says in words of its own: compared by meaning, not here. */
const IN_DEFINITION = new Set([
  ...['Label', 'Comment', 'Program', 'ProgramArguments', 'WorkingDirectory', 'EnvironmentVariables', 'UserName'],
]);

/** Key by key: how the rest of a job (restart policy, limits, output) differs from the wanted one. */
export function diffJobPolicy(installed: PlistDict, wanted: PlistDict): Drift[] {
  const keys = new Set([...Object.keys(wanted), ...Object.keys(installed)].filter((key) => !IN_DEFINITION.has(key)));
  return [...keys].flatMap((key) => {
    const [a, b] = [installed[key], wanted[key]].map(shown);
    return a === b ? [] : [{ field: key, installed: a, wanted: b }];
  });
}

/** A value in one line; the order of keys in a dictionary means nothing. */
export function shown(value: PlistValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.map(shown).join(' ');
  if (isDict(value))
    return Object.keys(value)
      .sort()
      .map((key) => `${key}=${shown(value[key])}`)
      .join(' ');
  return String(value);
}
