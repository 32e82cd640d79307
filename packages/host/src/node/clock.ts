import type { Clock } from '../ports.ts';

export const nodeClock: Clock = {
  now: () => Date.now(),
  // Since the system started; performance.now() counts from the start of this process.
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
  random: () => Math.random(),
  sleep: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
};
