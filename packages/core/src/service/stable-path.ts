/** `~/.nvm/versions/node/v22.1.0/bin/x`, `/Cellar/x/1.2.3/bin/x`, `/opt/x-1.2.3/x`, a shell's own folder of fnm. */
const OF_ONE_VERSION = /[/\\]([^/\\]*\d+\.\d+\.\d+[^/\\]*|fnm_multishells)[/\\]/;

/** A path that the next upgrade, or the end of a shell, takes away. What it leads to may be had by another name. */
export const isVersionedPath = (path: string): boolean => OF_ONE_VERSION.test(path);
