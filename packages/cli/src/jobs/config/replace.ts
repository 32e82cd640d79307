import { type Host, keepBackup } from '@polygate/host';
import { configHash } from '@polygate/host/config-history';

/**
 * Writes a config file, the former text beside it as `.bak`. False, and nothing is written, when it no longer has the text that
 * the change started from: what somebody else wrote meanwhile is not lost.
 */
export function replaceConfig({ files, locks, paths }: Host, path: string, text: string, hash: string): Promise<boolean> {
  return locks.hold(`${path}.edit`, 'the config file', async () => {
    if (configHash((await files.read(path)) ?? '') !== hash) return false;
    await files.makeDir(paths.dirname(path), 0o700);
    await keepBackup(files, path);
    const mode = (await files.stat(path))?.mode ?? 0o600;
    // It holds a secret, whoever could read it before.
    await files.write(path, text, mode & 0o700);
    return true;
  });
}
