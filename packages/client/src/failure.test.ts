import { describe, expect, it } from 'vitest';
import { classifyFailure } from './failure.ts';
import { NotWebSocket, RequestRefused, SocketClosed, TimedOut } from './socket.ts';

const refused = (code: string, message: string, rest = {}) => new RequestRefused({ code, message, ...rest });
const system = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

describe('what a failure to connect means', () => {
  it.each([
    ['nobody listens', system('ECONNREFUSED'), 'closed'],
    ['the host is not reached', system('EHOSTUNREACH'), 'closed'],
    ['somebody cuts the connection', system('ECONNRESET'), 'not-a-gateway'],
    ['a certificate is not trusted', system('DEPTH_ZERO_SELF_SIGNED_CERT'), 'not-a-gateway'],
    ['a web page answers', new NotWebSocket('answers HTTP 200', 200), 'not-a-gateway'],
    ['a web server is in trouble', new NotWebSocket('answers HTTP 503', 503), 'not-a-gateway'],
    ['it has no room now', new NotWebSocket('answers HTTP 503', 503, 1_000), 'starting'],
    ['nothing comes', new TimedOut('no connect.challenge within 3000 ms'), 'silent'],
    ['it is starting', refused('UNAVAILABLE', 'gateway starting'), 'starting'],
    ['it closes with 1013', new SocketClosed(1013, ''), 'starting'],
    ['it closes with 1012', new SocketClosed(1012, 'service restart'), 'starting'],
    ['the token is wrong', refused('INVALID_REQUEST', 'unauthorized: gateway token mismatch'), 'unauthorized'],
    [
      'the token is missing, told by details',
      refused('INVALID_REQUEST', 'no', { details: { code: 'AUTH_TOKEN_MISSING' } }),
      'unauthorized',
    ],
    ['the device is not paired', refused('NOT_PAIRED', 'pairing required'), 'unauthorized'],
    ['it closes with 1008', new SocketClosed(1008, 'unauthorized'), 'unauthorized'],
    ['it speaks another version', refused('INVALID_REQUEST', 'protocol mismatch'), 'protocol'],
    ['it closes with 1002', new SocketClosed(1002, ''), 'protocol'],
    ['it refuses for a reason of its own', refused('INVALID_REQUEST', 'invalid connect params'), 'protocol'],
    ['it closes without a word', new SocketClosed(1006, ''), 'not-a-gateway'],
  ])('%s: %o', (_, error, outcome) => {
    const failure = classifyFailure(error);
    expect(failure.outcome).toBe(outcome);
    expect(failure.reason).not.toBe('');
  });

  it('waits as long as the gateway says before it asks again', () => {
    expect(classifyFailure(refused('UNAVAILABLE', 'starting', { retryAfterMs: 1234 })).retryAfterMs).toBe(1234);
    expect(classifyFailure(refused('UNAVAILABLE', 'starting')).retryAfterMs).toBe(500);
    expect(classifyFailure(new NotWebSocket('answers HTTP 503', 503, 2_000)).retryAfterMs).toBe(2_000);
  });
});
