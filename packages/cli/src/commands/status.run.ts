import type { Handler, Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { numberOption } from '../jobs/number-option.ts';
import { gatherAll } from '../jobs/status/all.ts';
import { inspectStatus } from '../jobs/status/inspect.ts';
import { worstExit } from '../jobs/supervise/exit-of.ts';
import { instanceList } from '../output/instances.ts';

export const run: Handler = async (context, options) => {
  const timeoutMs = numberOption('--timeout', options.timeout, 10_000);
  if (options.all) return statusOfAll(context, timeoutMs);
  const { url, token, password } = options as Record<string, string | undefined>;
  const { json, text, findings } = await inspectStatus(context, { url, token, password, probe: true, deep: false, timeoutMs });
  const outcome = { text, exitCode: findings.judgement.exitCode };
  if (!context.globals.json) return outcome;
  const { summaryDocument } = await import('../jobs/status/summary.ts');
  return { ...outcome, json: await summaryDocument(context, json, findings, timeoutMs) };
};

/** Exit 0 only when every instance is healthy, else the code of the worst one. */
async function statusOfAll(context: Context, timeoutMs: number): Promise<Outcome> {
  const { rows, codes } = await gatherAll(context, { timeoutMs });
  return { ...instanceList(rows), exitCode: worstExit(codes) };
}
