import { WireError } from '../wire-error.ts';
import type { Method } from './method.ts';

/** Nothing leaves this gateway without a channel. What was not sent may be sent again with the same key. */
export const send: Method<'send'> = ({ channel }) => {
  const which = channel === undefined ? 'no channel is linked' : `channel ${channel.slice(0, 100)} is not linked`;
  throw new WireError('NOT_LINKED', which, { retryable: false });
};
