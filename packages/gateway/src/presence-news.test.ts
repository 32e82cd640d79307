import { FakeClock } from '@polygate/testkit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sweepPresence } from './beats.ts';
import type { GatewayState } from './state.ts';
import { fakeListener, stateOf } from './testing.ts';

const clock = new FakeClock();
let state: GatewayState;
let listener: ReturnType<typeof fakeListener>;
beforeEach(async () => {
  vi.useFakeTimers();
  state = await stateOf({ clock });
  listener = fakeListener();
  state.hub.add(listener);
});
afterEach(() => {
  vi.useRealTimers();
});

function come(count: number): void {
  for (let i = 0; i < count; i += 1) {
    state.presence.arrive(`client ${i}`, { host: `client ${i}` });
    state.presenceNews.changed();
  }
}

it('tells many changes at once, with the state as it is then, and is silent when there are no more', () => {
  come(100);
  expect(listener.events).toEqual([]);
  vi.runAllTimers();
  expect(listener.events).toEqual([
    {
      event: 'presence',
      payload: { presence: state.presence.list() },
      stateVersion: { presence: state.presence.version, health: state.healthVersion },
    },
  ]);
});

it('tells a single change soon', () => {
  come(1);
  vi.advanceTimersByTime(50);
  expect(listener.events).toHaveLength(1);
});

it('rests the longer the more it told, and then tells all at once', () => {
  for (let i = 0; i < 399; i += 1) state.hub.add(fakeListener());
  come(300);
  vi.advanceTimersByTime(50);
  expect(listener.events).toHaveLength(1);
  come(300);
  vi.advanceTimersByTime(390);
  expect(listener.events).toHaveLength(1);
  vi.advanceTimersByTime(50);
  expect(listener.events).toHaveLength(2);
});

it('tells that somebody aged out', () => {
  state.presence.put('gone', { host: 'gone' });
  sweepPresence(state);
  clock.ms += 300_001;
  sweepPresence(state);
  vi.runAllTimers();
  expect(listener.events).toMatchObject([{ event: 'presence', payload: { presence: [{ host: 'box' }] } }]);
});

it('tells nothing any more when the gateway stops', () => {
  come(1);
  state.presenceNews.stop();
  come(1);
  vi.runAllTimers();
  expect(listener.events).toEqual([]);
});
