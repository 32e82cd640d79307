import { absolute } from '@polygate/core';
import { accountHome, type Host } from '@polygate/host';

/** Bytes of a file in a workspace that is read; a larger one is no text for an agent. */
const MOST_BYTES = 1_000_000;

/** A file of a workspace; undefined where there is none that can be read. */
export async function readSmall(
  host: Host,
  usual: string,
  directory: string | undefined,
  name: string,
): Promise<string | undefined> {
  const { files, paths, cwd } = host;
  const path = paths.join(directory === undefined ? usual : absolute(paths, accountHome(host), cwd, directory), name);
  try {
    const found = await files.stat(path);
    return found?.kind === 'file' && found.size <= MOST_BYTES ? await files.read(path) : undefined;
  } catch {
    return undefined;
  }
}
