import type { Clock } from '../ports.ts';

export const nodeClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
};
