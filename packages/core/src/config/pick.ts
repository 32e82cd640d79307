/** The value at a dotted path of something that was parsed but may have any shape; undefined where there is none. */
export function pick(value: unknown, path: string): unknown {
  let at: unknown = value;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** The text at a path when it is one and not blank. */
export function textAt(value: unknown, path: string): string | undefined {
  const found = pick(value, path);
  return typeof found === 'string' && found.trim() !== '' ? found : undefined;
}

/** The port at a path when it is a whole number from 1 to 65535. */
export function portAt(value: unknown, path: string): number | undefined {
  const found = pick(value, path);
  return typeof found === 'number' && Number.isInteger(found) && found >= 1 && found <= 65_535 ? found : undefined;
}
