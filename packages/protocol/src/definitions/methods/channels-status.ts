import { anything, flag, list, type MethodDefinition, mapOf, openShape, shape, text, wait, whole } from '../shape.ts';

export const channelsStatus: MethodDefinition = {
  name: 'channels.status',
  summary: 'The channels that messages come and go by.',
  scope: 'operator.read',
  params: shape({ 'probe?': flag('Ask the channels anew'), 'timeoutMs?': wait('For asking them') }),
  result: openShape({
    ts: whole(),
    channelOrder: list(text()),
    channelLabels: mapOf(text()),
    channels: mapOf(anything()),
    channelAccounts: mapOf(anything()),
    channelDefaultAccountId: mapOf(text()),
  }),
};
