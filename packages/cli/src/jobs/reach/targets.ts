import { type ReachDocument, textAt } from '@polygate/core';
import type { OpenInstance } from '@polygate/host';
import type { Context } from '../../context.ts';
import { checkedUrl, resolveTarget, type TargetOptions } from '../target.ts';

export interface ReachTarget extends Pick<ReachDocument['targets'][number], 'id' | 'kind' | 'active' | 'url'> {
  token?: string | undefined;
  password?: string | undefined;
}

/** What a gateway of this instance may be reached by: the address given, the one that the config names, and this machine. */
export function reachTargets(context: Context, opened: OpenInstance, options: TargetOptions): ReachTarget[] {
  const { parsed } = opened.config;
  const { url: _, ...secrets } = options;
  const isRemote = textAt(parsed, 'gateway.mode') === 'remote';
  const targets: ReachTarget[] = [];
  if (options.url !== undefined) {
    const { url, token, password } = resolveTarget(context, opened, options);
    targets.push({ id: 'explicit', kind: 'explicit', active: true, url, token, password });
  }
  const remoteUrl = textAt(parsed, 'gateway.remote.url');
  if (remoteUrl !== undefined) {
    // What was shown with --url is for that address alone.
    const shown = options.url === undefined ? secrets : {};
    const { token = textAt(parsed, 'gateway.remote.token'), password = textAt(parsed, 'gateway.remote.password') } = shown;
    for (const secret of [token, password]) if (secret !== undefined) context.secrets.add(secret);
    const url = checkedUrl('gateway.remote.url', remoteUrl);
    targets.push({ id: 'configRemote', kind: 'configRemote', active: isRemote, url, token, password });
  }
  const { url, token, password } = resolveTarget(context, opened, options.url === undefined ? secrets : {});
  targets.push({ id: 'localLoopback', kind: 'localLoopback', active: !isRemote, url, token, password });
  return targets;
}
