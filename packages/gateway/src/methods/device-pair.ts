import { WireError } from '../wire-error.ts';
import type { Method } from './method.ts';

export const devicePairList: Method<'device.pair.list'> = (_, { devices }) => ({
  pending: [...devices.pending],
  paired: [...devices.paired],
});

export const devicePairApprove: Method<'device.pair.approve'> = async ({ requestId }, state) => {
  const { deviceId } = await resolve(requestId, 'approved', state);
  const device = state.devices.paired.find((d) => d.deviceId === deviceId);
  if (!device) throw new WireError('UNAVAILABLE', 'the device was removed meanwhile');
  return { requestId, device };
};

export const devicePairReject: Method<'device.pair.reject'> = async ({ requestId }, state) => {
  const { deviceId } = await resolve(requestId, 'rejected', state);
  return { requestId, deviceId };
};

export const devicePairRemove: Method<'device.pair.remove'> = async ({ deviceId }, { devices, hub }) => {
  const removed = await devices.remove(deviceId);
  if (!removed) throw unknownDevice();
  hub.dismiss(({ device }) => device === deviceId, 'device removed');
  return { deviceId, removed };
};

const unknownDevice = () => new WireError('INVALID_REQUEST', 'unknown deviceId');

type State = Parameters<typeof devicePairApprove>[1];

async function resolve(requestId: string, decision: 'approved' | 'rejected', { devices, hub, options }: State) {
  const request = await devices.resolve(requestId, decision);
  if (!request) throw new WireError('INVALID_REQUEST', 'unknown requestId');
  const { deviceId } = request;
  hub.broadcast('device.pair.resolved', { requestId, deviceId, decision, ts: options.clock.now() });
  return request;
}
