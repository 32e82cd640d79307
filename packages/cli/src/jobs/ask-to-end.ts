import type { OpenInstance } from '@polygate/host';
import type { Context } from '../context.ts';
import { resolveTarget } from './target.ts';

const ANSWER_MS = 5_000;

/** Asks the gateway of an instance to end in good order, by a call; false when it knows none, refuses, or does not answer. */
export async function askToEndByCall(context: Context, opened: OpenInstance): Promise<boolean> {
  const { callOnce } = await import('./rpc.ts');
  return callOnce(context, resolveTarget(context, opened, {}), 'gateway.shutdown', { reason: 'gateway stop' }, ANSWER_MS).then(
    () => true,
    () => false,
  );
}
