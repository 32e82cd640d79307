import { reading } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import type { ManagerView } from '../status/verdict.ts';
import { parseSystemctlShow } from './systemctl-show.ts';
import { systemdComplaint } from './systemd-complaint.ts';
import { classifySystemdFailure, type SystemdFailure, userBusAdvice } from './systemd-errors.ts';
import { explainSystemdExit } from './systemd-exit.ts';
import { systemdView } from './systemd-view.ts';

describe('why systemctl could not do it', () => {
  it.each([
    ['252-not-booted', 'not-booted'],
    ['252-no-manager', 'no-user-bus'],
    ['252-no-bus-address', 'no-user-bus'],
    ['252-wrong-bus-address', 'no-user-bus'],
    ['252-busctl-no-bus', 'no-user-bus'],
    ['252-foreign-runtime-dir', 'foreign-bus'],
    ['252-foreign-bus-address', 'foreign-bus'],
    ['252-system-restart-denied', 'denied'],
    ['252-system-enable-denied', 'denied'],
    ['252-system-reload-denied', 'denied'],
    ['252-system-restart-no-polkit', 'denied'],
    ['252-start-limit', 'start-limit'],
    ['252-start-nosuch', 'no-unit'],
    ['252-stop-nosuch', 'no-unit'],
    ['252-enable-nosuch', 'no-unit'],
    ['252-enable-nosuch-offline', 'no-unit'],
    ['252-disable-nosuch', 'no-unit'],
    ['252-is-enabled-nosuch', 'no-unit'],
    ['252-status-nosuch', 'no-unit'],
    ['252-cat-nosuch', 'no-unit'],
    ['252-reset-failed-nosuch', 'no-unit'],
    // With a crash as the first reason the text says nothing of the limit: the unit's own state tells.
    ['252-start-limit-crash', 'other'],
    ['252-start-no-program', 'other'],
    ['252-start-no-environment-file', 'other'],
    ['252-start-timeout', 'other'],
    ['252-start-bad-unit-file', 'other'],
  ] as [string, SystemdFailure][])('%s: %s', (name, failure) => {
    expect(classifySystemdFailure(reading('systemctl', name))).toBe(failure);
  });

  it.each([
    ['252-enable-linger-other', 'denied'],
    ['252-enable-linger-no-polkit', 'denied'],
    ['252-enable-linger-no-session', 'denied'],
    ['252-enable-linger-unknown', 'other'],
    ['252-show-user-not-lingering', 'other'],
  ] as [string, SystemdFailure][])('loginctl, %s: %s', (name, failure) => {
    expect(classifySystemdFailure(reading('loginctl', name))).toBe(failure);
  });

  it('is unknown when nothing was said', () => expect(classifySystemdFailure('')).toBe('other'));

  it('is told with the exact next step', () => {
    expect(userBusAdvice('not-booted', 'ana')).toContain('does not run systemd');
    expect(userBusAdvice('foreign-bus', 'ana')).toContain('sudo -i -u ana');
    expect(userBusAdvice('no-user-bus', 'ana')).toContain('sudo loginctl enable-linger ana');
  });
});

describe('what systemctl show says of a unit', () => {
  const stopped: ManagerView = {
    ...{ enabled: false, state: 'stopped', detail: 'inactive/dead', pid: undefined, lastExitStatus: undefined, restarts: 0 },
    ...{ gaveUp: false, lastRunMs: undefined },
  };

  it.each([
    ['252-show-running', { enabled: true, state: 'running', detail: 'active/running', pid: 134 }],
    ['252-show-needs-reload', { enabled: true, state: 'running', detail: 'active/running', pid: 134, needsReload: true }],
    ['252-show-stopped', { enabled: true }],
    ['252-show-disabled', {}],
    ['252-show-not-found', {}],
    ['252-show-bad-unit-file', { obstacle: 'bad-definition' }],
    ['252-show-deactivating', { state: 'stopping', detail: 'deactivating/stop-sigterm', pid: 153 }],
    ['252-show-auto-restart-after-kill', { enabled: true, state: 'starting', detail: 'activating/auto-restart, signal' }],
    [
      '252-show-auto-restart-looping',
      { state: 'starting', detail: 'activating/auto-restart, exit-code', lastExitStatus: 1, restarts: 3 },
    ],
    ['252-show-parked-78', { enabled: true, state: 'failed', detail: 'failed/failed, exit-code', lastExitStatus: 78 }],
    [
      '252-show-start-limit-exit-code',
      { enabled: true, state: 'failed', detail: 'failed/failed, exit-code', lastExitStatus: 1, restarts: 4, gaveUp: true },
    ],
    [
      '252-show-start-limit-hit',
      { enabled: true, state: 'failed', detail: 'failed/failed, start-limit-hit', lastExitStatus: 0, restarts: 4, gaveUp: true },
    ],
    [
      '252-show-no-program',
      {
        state: 'failed',
        detail: 'failed/failed, exit-code',
        lastExitStatus: 203,
        restarts: 3,
        gaveUp: true,
        cannotStart: explainSystemdExit(203),
      },
    ],
    [
      '252-show-no-directory',
      {
        state: 'failed',
        detail: 'failed/failed, exit-code',
        lastExitStatus: 200,
        restarts: 3,
        gaveUp: true,
        cannotStart: explainSystemdExit(200),
      },
    ],
    ['252-show-stop-timed-out', { enabled: true, state: 'failed', detail: 'failed/failed, timeout' }],
  ] as [string, Partial<ManagerView>][])('%s', (name, expected) => {
    const [properties] = parseSystemctlShow(reading('systemctl', name));
    expect(systemdView(properties ?? {})).toEqual({ ...stopped, ...expected });
  });

  it('is nothing certain when it says nothing', () => {
    expect(systemdView({})).toEqual({ ...stopped, state: 'unknown', detail: '/' });
  });

  it.each(['enabled-runtime', 'static', 'disabled', 'masked', ''])('is not taken for enabled: %s', (UnitFileState) => {
    expect(systemdView({ UnitFileState }).enabled).toBe(false);
  });
});

describe('what systemd finds wrong with a unit', () => {
  const about = { unit: 'zero-gateway.service', path: '/u/zero-gateway.service' };
  it.each([
    [
      '/u/zero-gateway.service:11: Unbalanced quoting, ignoring: "garbage\nzero-gateway.service: Unit configuration has fatal error',
      'line 11: Unbalanced quoting, ignoring: "garbage',
    ],
    [
      'zero-gateway.service: Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.\nUnit zero-gateway.service has a bad unit file setting.',
      'Service has no ExecStart=, ExecStop=, or SuccessAction=.',
    ],
    ['/u/other.service:3: Unknown key name\n', undefined],
    ['', undefined],
  ])('%s', (stderr, said) => expect(systemdComplaint(stderr, about)).toBe(said));
});

it('the time at which a run began is one of the wall', () => {
  const properties = { ActiveState: 'active', ExecMainStartTimestampMonotonic: '5000000' };
  expect(systemdView(properties, { realMs: 1_000_000, monotonicMs: 7_000 }).startedMs).toBe(998_000);
  expect(
    systemdView({ ...properties, ExecMainStartTimestampMonotonic: '0' }, { realMs: 1, monotonicMs: 1 }).startedMs,
  ).toBeUndefined();
});
