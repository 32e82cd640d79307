import type { ClientIdentity } from '@polygate/client';
import type { DeviceKey } from '@polygate/client/device';
import { polygateFolders } from '@polygate/host';
import type { Context } from '../context.ts';

/** Who this command is to a gateway. One stable instanceId: repeated calls stay one presence entry. */
export function clientIdentity(context: Context): ClientIdentity {
  const { version } = context;
  return {
    ...{ id: 'gateway-client', mode: 'backend', version, instanceId: 'polygate-cli', displayName: 'polygate' },
    device: deviceOf(context),
  };
}

/** The key of this account's Polygate, made when the first gateway wants one. One for all: it stays one device to each of them. */
export function deviceOf({ host }: Pick<Context, 'host'>): () => Promise<DeviceKey> {
  return async () => {
    const { newDeviceKey } = await import('@polygate/client/device');
    const file = host.paths.join(polygateFolders(host).state, 'device.pem');
    const kept = await host.files.read(file).catch(() => undefined);
    if (kept !== undefined) return { privateKey: kept };
    const made = newDeviceKey();
    await host.files.makeDir(host.paths.dirname(file), 0o700);
    await host.files.write(file, made.privateKey, 0o600);
    return made;
  };
}
