import type { ClientIdentity } from '@polygate/client';
import type { Context } from '../context.ts';

/** Who this command is to a gateway. One stable instanceId: repeated calls stay one presence entry. */
export function clientIdentity({ version }: Context): ClientIdentity {
  return { id: 'gateway-client', mode: 'backend', version, instanceId: 'polygate-cli', displayName: 'polygate' };
}
