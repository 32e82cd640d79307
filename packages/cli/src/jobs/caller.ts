import type { Options } from '../command.ts';
import type { Context } from '../context.ts';
import { numberOption } from './number-option.ts';
import { callOnce } from './rpc.ts';
import { resolveTarget } from './target.ts';

/**
 * Calls a method of the gateway; `timeoutMs` where this call may take another time than the others, `final` for the second answer
 * of one that is answered twice.
 */
export type Call = (method: string, params: unknown, timeoutMs?: number, final?: boolean) => Promise<unknown>;

/** The gateway of the instance, or that of --url, with the options that every command has which asks one. */
export async function caller(context: Context, options: Options): Promise<Call> {
  const { url, token, password } = options as Record<string, string | undefined>;
  const target = resolveTarget(context, await context.open({ live: true }), { url, token, password });
  const usual = numberOption('--timeout', options.timeout, 10_000);
  return (method, params, timeoutMs = usual, final = false) => callOnce(context, target, method, params, timeoutMs, final);
}
