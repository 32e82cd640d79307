import type { Handler } from '../../command.ts';
import { findingLines } from '../../jobs/isolation.ts';
import { numberOption } from '../../jobs/number-option.ts';
import { inspectStatus } from '../../jobs/status/inspect.ts';
import { instanceTable } from '../../output/instances.ts';

export const run: Handler = async (context, options) => {
  const { url, token, password } = options as Record<string, string | undefined>;
  const { json, text, findings } = await inspectStatus(context, {
    url,
    token,
    password,
    probe: options.probe !== false,
    deep: options.deep === true,
    timeoutMs: numberOption('--timeout', options.timeout, 10_000),
  });
  const { siblings, isolation = [] } = json;
  const shared = isolation.length > 0 ? `\n\nIsolation:\n${findingLines(isolation).join('\n')}` : '';
  return {
    json,
    text: siblings ? `${text}\n\nOther instances:\n${instanceTable(siblings)}${shared}` : text,
    exitCode: findings.judgement.exitCode,
  };
};
