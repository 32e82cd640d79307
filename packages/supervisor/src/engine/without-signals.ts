import type { ClientIdentity } from '@polygate/client';
import { gatewayUrl } from '@polygate/core';
import type { InstanceSpec } from '@polygate/core/supervise';

/** An answer comes at once; the time is for one that is busy. */
const ANSWER_MS = 5_000;

/**
 * Asks a gateway to end by a call of the protocol, which is what a system without signals has instead of SIGTERM. False when it
 * knows no such call, refuses, or does not answer: then nothing asks it to end.
 */
export async function askToEnd({ target, stop }: InstanceSpec, client: ClientIdentity, reason: string): Promise<boolean> {
  const { connectGateway } = await import('@polygate/client');
  const timeoutMs = Math.min(ANSWER_MS, stop.budgetMs);
  const { token, password } = target;
  const connection = await connectGateway({
    url: gatewayUrl(target.host, target.port),
    ...{ token, password, client, timeoutMs },
  }).catch(() => undefined);
  if (!connection) return false;
  return connection
    .call('gateway.shutdown', { reason })
    .then(() => true)
    .catch(() => false)
    .finally(() => connection.close());
}
