import { FakeClock } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { Throttle } from './throttle.ts';

describe('the answer to a wrong secret', () => {
  it('waits longer each time, five seconds at most, for each address by itself', () => {
    const throttle = new Throttle(() => 0);
    const waits = Array.from({ length: 8 }, () => throttle.failed('10.0.0.1'));
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
    expect(throttle.failed('10.0.0.2')).toBe(250);
  });

  it('is quick again after a minute without one', () => {
    const clock = new FakeClock();
    const throttle = new Throttle(() => clock.now());
    for (let i = 0; i < 5; i += 1) throttle.failed('10.0.0.1');
    clock.ms += 60_001;
    expect(throttle.failed('10.0.0.1')).toBe(250);
  });

  it('is counted for a bounded number of addresses', () => {
    const throttle = new Throttle(() => 0);
    throttle.failed('first');
    for (let i = 0; i < 10_000; i += 1) throttle.failed(`address ${i}`);
    expect(throttle.failed('first')).toBe(250);
  });
});
