import { flag, list, type MethodDefinition, ref, shape, text } from '../shape.ts';

const scope = 'operator.pairing';

export const devicePairList: MethodDefinition = {
  name: 'device.pair.list',
  summary: 'Devices that wait to be let in, and those that were.',
  scope,
  params: shape({}),
  result: shape({ pending: list(ref('PairingRequest')), paired: list(ref('PairedDevice')) }),
};

export const devicePairApprove: MethodDefinition = {
  name: 'device.pair.approve',
  summary: 'Lets a device in that waits.',
  scope,
  params: shape({ requestId: text() }),
  result: shape({ requestId: text(), device: ref('PairedDevice') }),
};

export const devicePairReject: MethodDefinition = {
  name: 'device.pair.reject',
  summary: 'Turns a device away that waits.',
  scope,
  params: shape({ requestId: text() }),
  result: shape({ requestId: text(), deviceId: text() }),
};

export const devicePairRemove: MethodDefinition = {
  name: 'device.pair.remove',
  summary: 'Forgets a device with its tokens, and ends its connections.',
  scope,
  params: shape({ deviceId: text() }),
  result: shape({ deviceId: text(), removed: flag() }),
};
