import { Problem } from '@polygate/core';
import type { Handler, Options } from '../command.ts';
import { numberOption } from '../jobs/number-option.ts';
import { parseNames } from '../jobs/supervise/names.ts';
import { DEFAULT_WAIT_MS } from '../jobs/supervise/settled.ts';

export const run: Handler = async (context, options, names) => {
  const named = await parseNames(context, names);
  const timeoutMs = numberOption('--timeout', options.timeout, DEFAULT_WAIT_MS);
  if (options.detach || options.wait) {
    refuseForeground(options);
    const { upDetached } = await import('../jobs/supervise/detach.ts');
    return upDetached(context, { names, restart: options.restart !== false, wait: options.wait === true, timeoutMs });
  }
  const source = options.exitCodeFrom as string | undefined;
  const [from] = source === undefined ? [] : await parseNames(context, [source]);
  const { superviseHere } = await import('../jobs/supervise/run.ts');
  const exitCode = await superviseHere(context, {
    names: named.map(({ id }) => id),
    once: options.once === true,
    restart: options.restart !== false,
    exitCodeFrom: from?.id,
  });
  return { exitCode };
};

/** What ends with an instance must be waited for by somebody. */
function refuseForeground({ once, exitCodeFrom }: Options): void {
  const option = once ? '--once' : exitCodeFrom === undefined ? undefined : '--exit-code-from';
  if (option)
    throw new Problem('USAGE', { message: `${option} works in the foreground, without --detach and --wait`, topic: 'up' });
}
