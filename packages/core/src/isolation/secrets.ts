import type { AuditInput, Finding, SecretFact } from './facts.ts';
import { listed, type Owned, owned, ownersOf, sharedBy } from './group.ts';

/**
 * Secrets that two instances have in common, by hash. Two gateways on one account of a channel take each other's messages; one
 * gateway token opens both.
 */
export function sharedSecrets({ instances }: AuditInput): Finding[] {
  return sharedBy(
    owned(instances, ({ secrets }) => secrets),
    ({ use, hash }) => (use === 'channel account' ? `channel ${hash}` : `gateway ${hash}`),
  ).map(sharedFinding);
}

function sharedFinding(group: readonly Owned<SecretFact>[]): Finding {
  const instances = ownersOf(group);
  const keys = [...new Set(group.map(({ it }) => it.key))].sort();
  const channel = group.some(({ it }) => it.use === 'channel account');
  const reference = group.every(({ it }) => it.reference);
  const what = channel ? 'one channel account' : 'one secret of the gateway';
  return {
    id: `shared-secret:${instances.join('+')}:${keys.join('+')}`,
    code: 'shared-secret',
    severity: channel && !reference ? 'error' : 'warning',
    instances,
    message: reference
      ? `${listed(instances)} take ${what} from the same variable (${listed(keys)})`
      : `${listed(instances)} have ${what} in common (${listed(keys)})`,
    hint: channel
      ? 'give each its own account of the channel, or switch the channel off in all but one'
      : 'give each its own secret: who knows the one has the other',
  };
}
