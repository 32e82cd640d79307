import { WireError } from '../wire-error.ts';
import type { Method } from './method.ts';

export const deviceTokenRotate: Method<'device.token.rotate'> = async ({ deviceId, role, scopes }, { devices }) => {
  const issued = await devices.issue(deviceId, role, { scopes, only: true });
  if (!issued) throw unknownDevice();
  return { deviceId, role, token: issued.token, scopes: issued.scopes, rotatedAtMs: issued.createdAtMs };
};

export const deviceTokenRevoke: Method<'device.token.revoke'> = async ({ deviceId, role }, { devices, hub, options }) => {
  if (!(await devices.revoke(deviceId, role))) throw unknownDevice();
  hub.dismiss((caller) => caller.device === deviceId && caller.byDeviceToken, 'device token revoked');
  return { deviceId, role, revokedAtMs: options.clock.now() };
};

const unknownDevice = () => new WireError('INVALID_REQUEST', 'unknown deviceId or role');
