import type { Method } from './method.ts';

/** This gateway has no channels of its own. */
export const channelsStatus: Method<'channels.status'> = (_, { options }) => ({
  ts: options.clock.now(),
  channelOrder: [],
  channelLabels: {},
  channels: {},
  channelAccounts: {},
  channelDefaultAccountId: {},
});
