import { arch, release } from 'node:os';
import { type GatewayStatusDocument, isProblem, type StatusDocument } from '@polygate/core';
import type { StatusSummary } from '@polygate/protocol';
import type { Context } from '../../context.ts';
import { callOnce } from '../rpc.ts';
import type { Findings } from './facts.ts';

/** The family's top-level `status` around the status of one instance: keys that scripts read, as a superset. */
export async function summaryDocument(
  context: Context,
  status: GatewayStatusDocument,
  findings: Findings,
  timeoutMs: number,
): Promise<StatusDocument> {
  const { probe, target, service, judgement } = findings;
  const hello = probe?.rungs.find(({ rung, ok }) => rung === 'hello' && ok);
  const { loaded, loadedText, notLoadedText } = status.service;
  const { platform } = context.host;
  return {
    ...status,
    gateway: {
      ...status.gateway,
      mode: 'local',
      url: target.url,
      urlSource: target.explicit ? 'cli --url' : 'local loopback',
      misconfigured: !status.config.cli.valid,
      reachable: hello !== undefined,
      connectLatencyMs: hello?.ms ?? null,
      self: probe?.server ?? null,
      error: judgement.verdict === 'healthy' ? null : judgement.reason,
    },
    gatewayService: {
      label: service?.manager.label ?? null,
      installed: service?.inspection.text !== undefined || service?.inspection.unreadable !== undefined,
      loaded,
      loadedText: loaded ? loadedText : notLoadedText,
      runtimeShort: service?.view?.detail ?? null,
    },
    pid: status.process?.pid ?? null,
    os: { platform, arch: arch(), release: release(), label: `${platform} ${release()} (${arch()})` },
    ...(probe?.outcome === 'ok' ? await askedStatus(context, findings, timeoutMs) : {}),
  };
}

/** What the gateway says of channels, sessions and events. Its other answers do not depend on this one. */
async function askedStatus(context: Context, { target }: Findings, timeoutMs: number): Promise<Partial<StatusDocument>> {
  try {
    const said = (await callOnce(context, target, 'status', {}, timeoutMs)) as Partial<StatusSummary>;
    const { linkChannel, heartbeat, channelSummary, queuedSystemEvents, sessions } = said;
    return { linkChannel, heartbeat, channelSummary, queuedSystemEvents, sessions };
  } catch (error) {
    if (isProblem(error)) return {};
    throw error;
  }
}
