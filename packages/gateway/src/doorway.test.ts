import { FakeClock } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { Doorway } from './doorway.ts';

const socket = () => {
  const made = { ended: false, terminate: () => void (made.ended = true) };
  return made;
};

describe('the doorway', () => {
  it('has room for so many that are about to say hello', () => {
    const doorway = new Doorway(2, () => 0);
    const [first, second] = [socket(), socket()];
    for (const one of [first, second]) {
      expect(doorway.hasRoom()).toBe(true);
      doorway.enter(one);
    }
    expect(doorway.hasRoom()).toBe(false);
    doorway.leave(first);
    expect(doorway.hasRoom()).toBe(true);
    expect(first.ended || second.ended).toBe(false);
  });

  it('lets the slowest go when somebody comes and there is no room', () => {
    const clock = new FakeClock();
    const doorway = new Doorway(2, () => clock.now());
    const [slow, slower] = [socket(), socket()];
    doorway.enter(slower);
    doorway.enter(slow);
    clock.ms += 300;
    expect(doorway.hasRoom()).toBe(true);
    expect([slower.ended, slow.ended]).toEqual([true, false]);
  });

  it('keeps no place for those that wait for the answer to a wrong secret, and not too many of them', () => {
    const doorway = new Doorway(2, () => 0);
    const wrong = [socket(), socket(), socket()];
    for (const one of wrong) {
      doorway.enter(one);
      doorway.penalise(one);
    }
    expect(doorway.hasRoom()).toBe(true);
    expect(wrong.map(({ ended }) => ended)).toEqual([true, false, false]);
  });
});
