import path from 'node:path';

/**
 * Variables that make any Node program believe that it runs on Windows, in a machine of its own: drives below `root`, tools of the
 * system by doubles that keep what they know in `state` (both of them folders of this machine). Unlike asPlatform, paths are those
 * of Windows, and so is whatever is started.
 */
export function asWindows({ root, state }: { root: string; state: string }): Record<string, string> {
  const options = `--require ${path.join(import.meta.dirname, 'as-windows.cjs')}`;
  return {
    NODE_OPTIONS: options,
    POLYGATE_DOUBLE: state,
    POLYGATE_DOUBLE_ROOT: root,
    POLYGATE_DOUBLE_OPTIONS: options,
    POLYGATE_DOUBLE_STARTS: '1',
  };
}
