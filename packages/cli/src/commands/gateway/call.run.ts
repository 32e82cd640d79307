import type { Handler } from '../../command.ts';
import { jsonOption } from '../../jobs/json-option.ts';
import { numberOption } from '../../jobs/number-option.ts';
import { openLive } from '../../jobs/open-live.ts';
import { callOnce } from '../../jobs/rpc.ts';
import { resolveTarget } from '../../jobs/target.ts';

export const run: Handler = async (context, options, [method = '']) => {
  const { url, token, password, params } = options as Record<string, string | undefined>;
  const parsed = jsonOption('--params', params) ?? {};
  const opened = await openLive(context, url);
  const target = resolveTarget(context, opened, { url, token, password });
  const result = await callOnce(
    context,
    target,
    method,
    parsed,
    numberOption('--timeout', options.timeout, 10_000),
    options.expectFinal === true,
  );
  return { json: result ?? null, text: JSON.stringify(result ?? null, null, 2) };
};
