import { FakeClock } from '@polygate/testkit';
import { afterEach, expect, it, vi } from 'vitest';
import { startBeats } from './beats.ts';
import { fakeListener, stateOf } from './testing.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('a client hears a tick every half minute and its health every minute, with no scope at all, until the gateway stops', async () => {
  vi.useFakeTimers();
  const clock = new FakeClock();
  const state = await stateOf({ clock });
  const listener = fakeListener({ scopes: [] });
  state.hub.add(listener);
  const stop = startBeats(state);
  await vi.advanceTimersByTimeAsync(60_000);
  stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(listener.events.map(({ event }) => event).sort()).toEqual(['health', 'tick', 'tick']);
  expect(listener.events.find(({ event }) => event === 'tick')?.payload).toEqual({ ts: clock.ms });
});
