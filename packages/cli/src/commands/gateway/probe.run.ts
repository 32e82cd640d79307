import { gatewayUrl, type ReachDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { numberOption } from '../../jobs/number-option.ts';
import { openLive } from '../../jobs/open-live.ts';
import { exitOf, reach } from '../../jobs/reach/reach.ts';
import { reachTargets } from '../../jobs/reach/targets.ts';
import { tailnetAddress } from '../../jobs/tailnet.ts';

export const run: Handler = async (context, options) => {
  const { url, token, password } = options as Record<string, string | undefined>;
  const timeoutMs = numberOption('--timeout', options.timeout, 3_000);
  const began = context.host.clock.now();
  const opened = await openLive(context, undefined);
  const port = opened.instance.port.value;
  const tailnet = tailnetAddress();
  const targets = await Promise.all(
    reachTargets(context, opened, { url, token, password }).map((target) => reach(context, target, timeoutMs)),
  );
  const reached = targets.filter(({ connect }) => connect.ok);
  const json: ReachDocument = {
    schemaVersion: SCHEMA_VERSION,
    ok: reached.length > 0,
    ts: context.host.clock.now(),
    durationMs: Math.max(0, context.host.clock.now() - began),
    timeoutMs,
    primaryTargetId: reached[0]?.id ?? null,
    warnings: warningsOf(reached),
    network: {
      localLoopbackUrl: gatewayUrl('127.0.0.1', port),
      localTailnetUrl: tailnet === undefined ? null : gatewayUrl(tailnet, port),
      tailnetIPv4: tailnet ?? null,
    },
    discovery: { timeoutMs: 0, count: 0, beacons: [] },
    targets,
  };
  return { json, text: json.targets.map(line).join('\n'), exitCode: exitOf(targets) };
};

function warningsOf(reached: ReachDocument['targets']): ReachDocument['warnings'] {
  const urls = new Set(reached.map(({ url }) => url));
  if (urls.size < 2) return [];
  const message = 'more than one gateway answers: commands without --url talk to the one that is marked active';
  return [{ code: 'multiple_gateways', message, targetIds: reached.map(({ id }) => id) }];
}

function line({ id, url, connect, self }: ReachDocument['targets'][number]): string {
  const version = self?.version === undefined ? '' : `, version ${self.version}`;
  return `${id} (${url}): ${connect.ok ? `reached in ${connect.latencyMs} ms${version}` : `${connect.outcome}: ${connect.error}`}`;
}
