import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Variables that make any Node program believe that it runs on another platform (`process.platform`, `os.platform()`; no /proc,
 * no user ids on Windows). With an account, it is run by that one, and what is the whole machine's lies in the folder `system`, if
 * that is named. What it asks is found on PATH: put a double there. A child that is given an environment of its own runs as this
 * machine.
 */
export function asPlatform(
  platform: 'darwin' | 'win32' | 'linux',
  account?: { uid: number; user: string; system?: string },
): { NODE_OPTIONS: string } {
  const preload = pathToFileURL(path.join(import.meta.dirname, 'as-platform.mjs'));
  return {
    NODE_OPTIONS: `--import ${preload.href}?${[platform, ...(account ? [account.uid, account.user] : []), ...(account?.system ? [encodeURIComponent(account.system)] : [])].join('&')}`,
  };
}
