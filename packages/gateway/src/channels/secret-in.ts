import type { GatewayOptions } from '../options.ts';
import { WireError } from '../wire-error.ts';

/**
 * A secret of a channel: as the config has it, where that names a variable (`${NAME}`) from the secret file, and under its usual
 * name there where the config has none. @throws WireError UNAVAILABLE where there is none
 */
export async function secretIn(
  { secretFile, maskInLogs }: GatewayOptions,
  said: string | undefined,
  key: string,
  usual: string,
): Promise<string> {
  const [, named] = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(said?.trim() ?? '') ?? [];
  if (said !== undefined && named === undefined) {
    maskInLogs(said);
    return said;
  }
  const found = await secretFile.get(named ?? usual);
  if (found !== undefined) return found;
  throw new WireError('UNAVAILABLE', `${key}: there is no ${named ?? usual} in ${secretFile.path}`, { retryable: false });
}
