import type { Host } from '@polygate/host';
import { workspaceFiles } from '../../gen/workspace.gen.ts';

/** Makes a workspace with the starter files that it lacks. Gives the paths that were written. */
export async function writeWorkspace({ files, paths }: Host, workspace: string): Promise<string[]> {
  await files.makeDir(workspace, 0o700);
  const written: string[] = [];
  for (const [name, content] of Object.entries(workspaceFiles)) {
    const file = paths.join(workspace, name);
    if (await files.stat(file)) continue;
    await files.write(file, content, 0o600);
    written.push(file);
  }
  return written;
}
