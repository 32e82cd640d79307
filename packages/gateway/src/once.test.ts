import { FakeClock } from '@polygate/testkit';
import { expect, it } from 'vitest';
import { Once } from './once.ts';

const clock = new FakeClock();
let runs = 0;
const work = async () => {
  runs += 1;
  return runs;
};

it('runs once for a key, while it runs, after it, and when it failed', async () => {
  const once = new Once(clock.now);
  runs = 0;
  expect(await Promise.all([once.run('a', work), once.run('a', work), once.run('b', work)])).toEqual([1, 1, 2]);
  expect(await once.run('a', work)).toBe(1);
  const fails = async () => {
    runs += 1;
    throw new Error(`no ${runs}`);
  };
  await expect(once.run('c', fails)).rejects.toThrow('no 3');
  await expect(once.run('c', fails)).rejects.toThrow('no 3');
});

it('forgets a key five minutes after it ended, and the oldest of more than a thousand', async () => {
  const once = new Once(clock.now);
  runs = 0;
  await once.run('a', work);
  clock.ms += 300_000;
  expect(await once.run('a', work)).toBe(1);
  clock.ms += 1;
  expect(await once.run('a', work)).toBe(2);
  for (let i = 0; i < 1000; i += 1) await once.run(`key ${i}`, work);
  expect(await once.run('key 0', work)).toBe(3);
  expect(await once.run('a', work)).toBe(1003);
});
