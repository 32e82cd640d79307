import { type CheckedInstance, type ConfigFile, checkInstance, type OpenInstance } from '@polygate/host';
import { configHash } from '@polygate/host/config-history';
import type { Context } from '../../context.ts';

export interface ReadConfig {
  opened: CheckedInstance;
  config: ConfigFile;
  hash: string;
}

/** The config of an instance (of the selected one, where none is given) with everything that is to be said about it. */
export async function readConfig(context: Context, given?: OpenInstance): Promise<ReadConfig> {
  const opened = await checkInstance(given ?? (await context.open({ live: true })));
  const { config } = opened;
  if (config.unreadable) throw config.unreadable;
  return { opened, config, hash: configHash(config.text ?? '') };
}
