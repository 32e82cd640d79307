import { absolute } from '@polygate/core';
import type { Keep } from '@polygate/gateway';
import { accountHome, type Host } from '@polygate/host';
import { appendLines } from '@polygate/host/append';

/** Bytes of a file in a workspace that is read; a larger one is no text for an agent. */
const MOST_BYTES = 1_000_000;

/** The gateway's own files, below its state directory. */
export function keepIn({ files, paths }: Host, stateDir: string): Keep {
  const at = (name: string) => paths.join(stateDir, ...name.split('/'));
  return {
    read: (name) => files.read(at(name)),
    async write(name, text) {
      await files.makeDir(paths.dirname(at(name)), 0o700);
      await files.write(at(name), text, 0o600);
    },
    async append(name, lines) {
      await files.makeDir(paths.dirname(at(name)), 0o700);
      await appendLines(at(name), lines);
    },
    async directory(name) {
      await files.makeDir(at(name), 0o700);
      return at(name);
    },
    async discard(name) {
      if ((await files.trees.kindOf(at(name))) !== undefined) await files.trees.remove(at(name));
    },
    async setAside(name, label = 'broken') {
      return (await files.stat(at(name))) ? files.setAside(at(name), label) : undefined;
    },
  };
}

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
