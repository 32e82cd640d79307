/**
 * A supervisor waits for most of its life, and stays for months: V8 (11 to 13) is asked to keep little rather than to be quick,
 * and makes no machine code but what it was shipped with. Only as options of Node: what is set in a process that runs already
 * comes too late for the heap, and has had V8 11.3 crash.
 */
const FRUGAL = [
  ...['--max-semi-space-size=1', '--optimize-for-size', '--v8-pool-size=1', '--single-threaded-gc'],
  // Without machine code there is no WebAssembly; V8 says so on every start when it is not told.
  ...['--jitless', '--no-expose-wasm'],
  // Once, when it has started.
  '--expose-gc',
];

/** Options of Node for a supervisor. What the user gave comes after, and counts. */
export const frugal = (given: readonly string[] = []): string[] => [
  ...FRUGAL.filter((option) => !given.includes(option)),
  ...given,
];

/** The same command as it is typed, by which a supervisor of such a program is asked something. */
export const withoutFrugal = (argv: readonly string[]): string[] => argv.filter((word) => !FRUGAL.includes(word));
