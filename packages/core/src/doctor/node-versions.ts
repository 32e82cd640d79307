/** The oldest versions of Node.js that Polygate works on, by major version; a later major works from its first on. */
const OLDEST = { 20: 17, 22: 9 } as const;
/** The newest major version that the tests run on. */
const NEWEST_TESTED = 24;

/** What is to be said of a version (`20.17.0`): it is too old, or newer than what was tested. */
export function nodeIssue(version: string): { tooOld?: string; untested?: string } {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const from = (OLDEST as Record<number, number>)[major];
  const works = from === undefined ? major > 22 : minor >= from;
  if (!works) return { tooOld: `Node ${version} is too old: ^20.17 or >=22.9 is needed` };
  return major > NEWEST_TESTED ? { untested: `Node ${version} is newer than what was tested (up to ${NEWEST_TESTED})` } : {};
}
