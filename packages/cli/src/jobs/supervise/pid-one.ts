import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { Context } from '../../context.ts';

/** Node 22.15 and 23.11 brought it; the types of Node 20 do not know it. */
type Execve = (file: string, argv: readonly string[], env: NodeJS.ProcessEnv) => void;

const SHELL = '/bin/sh';

/**
 * As PID 1 of a container this process would be given every orphan, and Node waits for none that it did not start
 * (docs/decisions/0012). So it becomes the small init that the package ships, and runs again as a child of it. Comes back where
 * that cannot be done, once it has said what is missing and how to have it; and at once where this is not PID 1.
 */
export function giveWayToInit({ host, warn }: Pick<Context, 'host' | 'warn'>): void {
  if (process.pid !== 1 || host.platform === 'win32') return;
  const script = process.argv[1] ?? '';
  const init = path.join(path.dirname(realpathSync(script)), 'init.sh');
  const command = [process.execPath, ...process.execArgv, script, ...process.argv.slice(2)];
  const { execve } = process as { execve?: Execve };
  let why = `Node ${process.versions.node} cannot become another program (22.15 can)`;
  if (execve) {
    try {
      execve.call(process, SHELL, ['sh', init, ...command], process.env);
    } catch (error) {
      why = (error as Error).message;
    }
  }
  const entrypoint = JSON.stringify([SHELL, init, ...command]);
  warn(
    `this is PID 1, and ${why}: processes that lose their parent stay behind as zombies. An init prevents it: ENTRYPOINT ${entrypoint}, or docker run --init`,
  );
}
