/** `2026.1.24-3` is 2026.1.24 built again. A beta is not named: it may behave like either of its neighbours. */
function numbersOf(version: string): number[] | undefined {
  const [, ...parts] = /^v?(\d+)\.(\d+)\.(\d+)(?:-\d+)?$/.exec(version) ?? [];
  return parts.length === 0 ? undefined : parts.map(Number);
}

function compare(one: readonly number[], other: readonly number[] = []): number {
  const index = one.findIndex((part, i) => part !== other[i]);
  return index < 0 ? 0 : (one[index] as number) - (other[index] ?? 0);
}

/** The entry of a pack whose range of versions holds this one, both ends included; undefined for a version that says nothing. */
export function ofVersion<T extends { from: string; to?: string | undefined }>(
  entries: readonly T[] | undefined,
  version: string | undefined,
): T | undefined {
  const found = version === undefined ? undefined : numbersOf(version);
  return found
    ? entries?.find(
        ({ from, to }) => compare(found, numbersOf(from)) >= 0 && (to === undefined || compare(found, numbersOf(to)) <= 0),
      )
    : undefined;
}
