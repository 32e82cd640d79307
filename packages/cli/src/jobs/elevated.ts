import { systemProgram } from '@polygate/core/windows';
import type { Host } from '@polygate/host';

/** Of processes that may do what an administrator may (mandatory level «high»), and above. */
const HIGH = 12_288;

/**
 * Whether this process may change the whole machine, on Windows: by the level that it runs with, a number in every language. Where
 * nobody tells, it is let try: Windows itself refuses then.
 */
export async function isElevated({ processes, env }: Pick<Host, 'processes' | 'env'>): Promise<boolean> {
  const { stdout } = await processes.query([systemProgram(env, 'whoami'), '/groups', '/fo', 'csv', '/nh']);
  const level = /"S-1-16-(\d+)"/.exec(stdout)?.[1];
  return level === undefined || Number(level) >= HIGH;
}
