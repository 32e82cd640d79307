/**
 * The name of a test that may not run everywhere: the reason stands at its end, in brackets, so that every report of a skipped
 * test tells why. Used with `it.skipIf(whyNot !== undefined)`.
 */
export function unless(whyNot: string | undefined, name: string): string {
  return whyNot === undefined ? name : `${name} [${whyNot}]`;
}
