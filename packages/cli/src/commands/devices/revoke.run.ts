import type { Handler } from '../../command.ts';
import { changeDevice } from '../../jobs/devices.ts';

export const run: Handler = (context, options, [device = '']) =>
  changeDevice(context, options, device, async ({ call, deviceId, role }) => {
    await call('device.token.revoke', { deviceId, role });
    return { action: 'revoked', message: `has no token for the role ${role} any more` };
  });
