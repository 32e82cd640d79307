import { absolute, textAt } from '@polygate/core';
import { channelSecrets, isReference, type SecretFact } from '@polygate/core/isolation';
import type { World } from '../instances/open.ts';

/** The secrets that a config holds, as hashes. */
export async function secretsOf(config: unknown, salt: Uint8Array): Promise<SecretFact[]> {
  const { createHmac } = await import('node:crypto');
  const fact = (use: SecretFact['use'], key: string, said: string): SecretFact => {
    const value = resolvedText(config, said);
    return { use, key, hash: createHmac('sha256', salt).update(value).digest('hex'), reference: isReference(value) };
  };
  const token = textAt(config, 'gateway.auth.token');
  const password = textAt(config, 'gateway.auth.password');
  return [
    ...(token === undefined ? [] : [fact('gateway token', 'gateway.auth.token', token)]),
    ...(password === undefined ? [] : [fact('gateway password', 'gateway.auth.password', password)]),
    ...channelSecrets(config).flatMap(({ kind, key, value }) =>
      kind === 'account' ? [fact('channel account', key, value)] : [],
    ),
  ];
}

/** Files that a config takes a channel's account from. */
export function tokenFiles({ host, home }: World, config: unknown): string[] {
  return channelSecrets(config)
    .filter(({ kind }) => kind === 'file')
    .map(({ value }) => absolute(host.paths, home, host.cwd, value));
}

/** What stands for a variable that the config sets itself is that variable's value. */
function resolvedText(config: unknown, said: string): string {
  if (!isReference(said)) return said.trim();
  const name = said.trim().slice(2, -1);
  return textAt(config, `env.vars.${name}`) ?? textAt(config, `env.${name}`) ?? said.trim();
}
