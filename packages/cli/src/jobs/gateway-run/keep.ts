import type { Keep } from '@polygate/gateway';
import { appendLines } from '@polygate/host/append';
import type { Context } from '../../context.ts';

/** The gateway's own files, below its state directory. */
export function keepIn({ files, paths }: Context['host'], stateDir: string): Keep {
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
