import type { Handler } from '../../command.ts';
import { caller } from '../../jobs/caller.ts';
import { channelChange, channelMeant } from '../../jobs/channels.ts';

export const run: Handler = async (context, options, [given]) => {
  const channel = channelMeant(options, given);
  const call = await caller(context, options);
  const { cleared } = (await call('channels.logout', { channel })) as { cleared: boolean };
  const message = cleared ? `${channel} is not linked any more` : `${channel} was not linked`;
  return channelChange({ action: 'logged-out', channel, changed: cleared, message });
};
