import { type HealthDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { numberOption } from '../../jobs/number-option.ts';
import { openLive } from '../../jobs/open-live.ts';
import { callOnce } from '../../jobs/rpc.ts';
import { resolveTarget } from '../../jobs/target.ts';
import { linkText } from '../../output/link.ts';

export const run: Handler = async (context, options) => {
  const { url, token, password } = options as Record<string, string | undefined>;
  const opened = await openLive(context, url);
  const target = resolveTarget(context, opened, { url, token, password });
  const health = (await callOnce(context, target, 'health', {}, numberOption('--timeout', options.timeout, 10_000))) as Omit<
    HealthDocument,
    'schemaVersion'
  >;
  const channels = Object.keys(health.channels ?? {});
  const told = health.linkChannel ? linkText(health.linkChannel) : channels.length === 0 ? 'no channels' : channels.join(', ');
  return {
    json: { schemaVersion: SCHEMA_VERSION, ...health } satisfies HealthDocument,
    text: `${opened.instance.id} is healthy at ${target.url}: ${told}`,
  };
};
