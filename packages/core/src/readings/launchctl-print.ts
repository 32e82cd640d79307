/** First-level `key = value` lines of the block that `launchctl print DOMAIN/LABEL` prints. */
export type JobProperties = Readonly<Record<string, string>>;

/**
 * Parses `launchctl print` of one job. Its text is declared to be no interface, and is the only full source: only lines with one
 * tab count, as the blocks inside (arguments, environment, endpoints) repeat the same words.
 */
export function parseLaunchctlPrint(text: string): JobProperties {
  const properties: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const found = /^\t([^\t=][^=]*?) = (.*)$/.exec(line);
    if (!found || found[2] === '{') continue;
    properties[found[1] as string] ??= found[2] as string;
  }
  return properties;
}

/** Parses `launchctl print-disabled DOMAIN`: whether each label in it is disabled. Older systems say true and false. */
export function parsePrintDisabled(text: string): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>();
  for (const [, label = '', said] of text.matchAll(/^\s*"([^"]+)" => (true|false|disabled|enabled)\s*$/gm))
    found.set(label, said === 'true' || said === 'disabled');
  return found;
}

/** What `last exit code` says: `78: EX_CONFIG`, `0`; undefined for `(never exited)` and for no such line. */
export function parseExitCode(said: string | undefined): number | undefined {
  const code = /^(-?\d+)/.exec(said ?? '')?.[1];
  return code === undefined ? undefined : Number(code);
}
