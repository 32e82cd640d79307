import type { Handler } from '../../command.ts';
import { changeDevice } from '../../jobs/devices.ts';

export const run: Handler = (context, options, [device = '']) =>
  changeDevice(context, options, device, async ({ call, deviceId }) => {
    await call('device.pair.remove', { deviceId });
    return { action: 'removed', message: 'is forgotten; its tokens are void' };
  });
