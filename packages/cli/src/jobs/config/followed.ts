import { pick } from '@polygate/core';
import type { OpenInstance } from '@polygate/host';

/** What a gateway that runs will do about a config that was written, to be said behind what was done. */
export function followed({ lock, config }: OpenInstance): string {
  if (!lock) return '';
  return pick(config.parsed, 'gateway.reload.mode') === 'off'
    ? '; the gateway that runs takes it over when it is started again'
    : '; the gateway that runs follows it';
}
