/**
 * Orders names by their letters' numbers, small and capital letters alike. Everybody's order and not a language's: V8 takes
 * 13 ms to load what it compares languages by, at the first `localeCompare` of a process.
 */
export function byName(a: string, b: string): number {
  const [first, second] = [a.toLowerCase(), b.toLowerCase()];
  return first < second ? -1 : first > second ? 1 : 0;
}
