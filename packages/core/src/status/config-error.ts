/** The config file as it is now. */
export interface ConfigNow {
  exists: boolean;
  errors: number;
  mode: string | undefined;
  hasSecret: boolean;
}

const MENDED: Record<string, (config: ConfigNow) => boolean> = {
  CONFIG_INVALID: ({ exists, errors }) => exists && errors === 0,
  CONFIG_MISSING: ({ exists }) => exists,
  GATEWAY_MODE_UNSET: ({ mode }) => mode === 'local',
  AUTH_MISSING: ({ hasSecret }) => hasSecret,
};

/** A line in which a gateway said what is wrong with its config (`… [CONFIG_INVALID]`), and that is so no longer. */
export function isMended(line: string, config: ConfigNow): boolean {
  const code = /\[([A-Z_]+)\]\s*$/.exec(line)?.[1] ?? '';
  return Object.hasOwn(MENDED, code) && MENDED[code]?.(config) === true;
}

/** The config file has what a start needs, as far as the file alone tells. */
export const isReady = ({ exists, errors, mode }: ConfigNow): boolean => exists && errors === 0 && mode === 'local';
