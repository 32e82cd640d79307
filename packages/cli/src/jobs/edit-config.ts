import { type Edit, parseConfig } from '@polygate/core';
import { type Host, keepBackup } from '@polygate/host';

/**
 * Changes keys of a config file; comments and layout stay. The text is read anew, so that an edit of somebody else a moment ago
 * is kept, and the former version becomes `<file>.bak`. Gives the edits that changed something; without any nothing is written.
 */
export async function editConfigFile({ files }: Host, path: string, edits: readonly Edit[]): Promise<Edit[]> {
  if (edits.length === 0) return [];
  const { changedBy, editConfig } = await import('@polygate/core/json5');
  const text = (await files.read(path)) ?? '';
  const changed = changedBy((await parseConfig(text)).parsed, edits);
  if (changed.length === 0) return [];
  const edited = editConfig(text, changed);
  await keepBackup(files, path);
  const mode = (await files.stat(path))?.mode ?? 0o600;
  // It holds a secret, whoever could read it before.
  await files.write(path, edited, mode & 0o700);
  return changed;
}
