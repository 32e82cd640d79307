import { EMPTY_BOOK, isDeviceBook } from './devices/devices.ts';
import { Kept } from './kept.ts';
import { EMPTY_NODES, isNodeBook } from './nodes/nodes.ts';
import type { GatewayOptions } from './options.ts';
import type { Remembered } from './state.ts';

/** Reads what an earlier run left. What cannot be read is set aside and said: a gateway starts without it. */
export async function remember({ keep, log }: Pick<GatewayOptions, 'keep' | 'log'>): Promise<Remembered> {
  const onBroken = (path: string) => log.warn(`a file of the gateway cannot be used and was moved to ${path}`);
  return {
    nodes: await Kept.open(keep, 'nodes/nodes.json', { empty: EMPTY_NODES, isValue: isNodeBook, onBroken }),
    devices: await Kept.open(keep, 'devices/devices.json', { empty: EMPTY_BOOK, isValue: isDeviceBook, onBroken }),
  };
}
