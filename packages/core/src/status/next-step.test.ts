import { expect, it } from 'vitest';
import { type NextStepFacts, nextStep } from './next-step.ts';
import { VERDICTS, type Verdict } from './verdict.ts';

const step = (verdict: Verdict, more: Partial<NextStepFacts> = {}) =>
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
  ['parked', { configReady: true }, 'zero --profile rescue gateway start'],
  [
    'stopped',
    { manager: { obstacle: 'masked', remedy: 'systemctl --user unmask x' }, installed: false },
    'systemctl --user unmask x, then zero --profile rescue gateway install',
  ],
  [
    'stopped',
    { manager: { obstacle: 'masked', remedy: 'systemctl --user unmask --runtime x' } },
    'systemctl --user unmask --runtime x, then zero --profile rescue gateway start',
  ],
  ['misconfigured', { manager: { obstacle: 'bad-definition' } }, 'zero --profile rescue gateway install --force'],
  ['healthy', { manager: { obstacle: 'bad-definition' } }, 'zero --profile rescue gateway install --force'],
  ['misconfigured', { manager: { obstacle: 'bad-definition', needsReload: true } }, 'zero --profile rescue gateway start'],
  [
    'misconfigured',
    { unreadable: { path: '/u/x', denied: true } },
    'chmod u+rw /u/x, then zero --profile rescue gateway install',
  ],
  [
    'misconfigured',
    { unreadable: { path: '/u/x', denied: false } },
    'mv /u/x /u/x.old, then zero --profile rescue gateway install',
  ],
  [
    'degraded',
    { stateDirGone: true, stateDir: '/h/.zero' },
    'put /h/.zero back and zero --profile rescue gateway restart, or make it anew: zero --profile rescue gateway install',
  ],
  [
    'degraded',
    { stateDirGone: true, installed: false },
    'end that gateway where it was started, then zero --profile rescue setup',
  ],
  ['misconfigured', { stateDirGone: true }, 'zero --profile rescue gateway install'],
  ['unauthorized', { detached: true }, 'zero --profile rescue gateway restart'],
  // Nothing local helps against what another address says.
  ['stopped', { explicit: true }, 'check the address given with --url, and that a gateway runs there'],
  ['unauthorized', { explicit: true, detached: true }, 'show the secret of that gateway: --token or --password'],
  ['misconfigured', { explicit: true }, undefined],
] as const)('%s %o: %s', (verdict, more, text) => expect(step(verdict, more)).toBe(text));
