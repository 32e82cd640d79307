import { Problem } from '@polygate/core';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import type { Handler, Options } from '../command.ts';
import type { Context } from '../context.ts';
import { numberOption } from '../jobs/number-option.ts';
import { DEFAULT_WAIT_MS } from '../jobs/supervise/settled.ts';

export const run: Handler = async (context, options, given) => {
  const names = options.installed ? await installed(context, given) : given;
  const restart = options.restart !== false;
  const timeoutMs = numberOption('--timeout', options.timeout, DEFAULT_WAIT_MS);
  if (options.detach || options.wait) {
    refuseForeground(options);
    const { upDetached } = await import('../jobs/supervise/detach.ts');
    return upDetached(context, { names, restart, wait: options.wait === true, timeoutMs });
  }
  const { upHere } = await import('../jobs/supervise/up-here.ts');
  const exitCodeFrom = options.exitCodeFrom as string | undefined;
  return upHere(context, { names, restart, once: options.once === true, exitCodeFrom });
};

/** What ends with an instance must be waited for by somebody. */
function refuseForeground({ once, exitCodeFrom }: Options): void {
  const option = once ? '--once' : exitCodeFrom === undefined ? undefined : '--exit-code-from';
  if (option)
    throw new Problem('USAGE', { message: `${option} works in the foreground, without --detach and --wait`, topic: 'up' });
}

/** The services of Polygate's own supervisor, by name. @throws Problem NOTHING_TO_RUN */
async function installed(context: Context, given: readonly string[]): Promise<string[]> {
  if (given.length > 0) throw new Problem('USAGE', { message: '--installed names the instances by itself', topic: 'up' });
  const { installedIds } = await import('../jobs/builtin.ts');
  const ids = await installedIds(context);
  if (ids.length === 0) throw supervisorProblem('NOTHING_TO_RUN', { reasons: [] });
  return ids;
}
