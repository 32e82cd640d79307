import { expect, it } from 'vitest';
import { nextStep } from './next-step.ts';
import { VERDICTS, type Verdict } from './verdict.ts';

const step = (verdict: Verdict, more: { configured?: boolean; installed?: boolean; others?: readonly string[] } = {}) =>
  nextStep({ verdict, configured: true, installed: true, command: 'zero --profile rescue', others: [], ...more });

it('nothing is to be done about what is well, or is on its way', () => {
  expect(VERDICTS.filter((verdict) => step(verdict) === undefined)).toEqual([
    'healthy',
    'starting',
    'degraded',
    'wrong-instance',
    'unknown',
  ]);
});

it.each([
  ['not-installed', { configured: false }, 'zero --profile rescue onboard'],
  [
    'not-installed',
    {},
    'zero --profile rescue gateway (in the foreground) or zero --profile rescue gateway install (as a service)',
  ],
  ['not-installed', { configured: false, others: ['main'] }, 'zero --profile rescue onboard (profiles that there are: main)'],
  ['stopped', {}, 'zero --profile rescue gateway start'],
  ['parked', {}, 'put the config file right, then zero --profile rescue gateway start'],
  ['misconfigured', { installed: false }, 'put the config file right, then zero --profile rescue gateway run'],
  ['crash-looping', {}, 'zero --profile rescue logs'],
] as const)('%s %o: %s', (verdict, more, text) => expect(step(verdict, more)).toBe(text));
