import { WireError } from '../wire-error.ts';

/** A message did not go out: it may be sent again with the same key. */
export class NotSent extends WireError {
  constructor(channel: string, reason: string, retryable: boolean) {
    super('UNAVAILABLE', `${channel}: ${reason}`.slice(0, 300), { retryable });
  }
}

/** Nobody knows whether a message went out: with the same key it is not sent again. */
export class SendUnsure extends WireError {
  constructor(channel: string, reason: string) {
    super('UNAVAILABLE', `${channel}: it may have been sent: ${reason}`.slice(0, 300), {
      retryable: false,
      details: { code: 'SEND_UNSURE' },
    });
  }
}
