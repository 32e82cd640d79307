/**
 * The part of node:path that core needs, injected so that win32 paths can be worked out on posix and the other way round.
 * `path.posix` and `path.win32` fit as they are.
 */
export interface PathFlavour {
  readonly sep: string;
  join(...parts: string[]): string;
  resolve(...parts: string[]): string;
  normalize(path: string): string;
  dirname(path: string): string;
  basename(path: string): string;
  isAbsolute(path: string): boolean;
  relative(from: string, to: string): string;
}

/** Absolute, normalized, without a trailing separator; a leading `~` is the home directory. */
export function absolute(paths: PathFlavour, home: string, cwd: string, value: string): string {
  const expanded = value === '~' || value.startsWith('~/') || value.startsWith(`~${paths.sep}`) ? home + value.slice(1) : value;
  return paths.resolve(cwd, expanded);
}

/** True for two spellings of one path: on Windows the case of letters does not tell paths apart. */
export function samePath(paths: PathFlavour, a: string, b: string): boolean {
  return paths.relative(a, b) === '';
}

/** True when `inner` is `outer` or lies below it. Lexical: canonicalize both first. */
export function isWithin(paths: PathFlavour, outer: string, inner: string): boolean {
  const way = paths.relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way));
}
