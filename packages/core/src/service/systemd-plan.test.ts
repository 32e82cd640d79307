import { describe, expect, it } from 'vitest';
import { renderUnit } from '../formats/systemd-unit.ts';
import type { ServiceDefinition } from './definition.ts';
import { planDocument, type RunStep, type Step } from './steps.ts';
import { userUnit } from './systemd.ts';
import { planInstall, planRestart, planStart, planStop, planUninstall, type SystemdFacts } from './systemd-plan.ts';

const target = { unit: 'zero-gateway.service', unitPath: '/u/zero-gateway.service', systemctl: ['systemctl', '--user'] };
const definition: ServiceDefinition = {
  description: 'ZERO Gateway (v0.1.0)',
  argv: ['/usr/bin/node', '/opt/p.mjs', '--port', '18789'],
  workingDirectory: '/home/ana/.zero',
  environment: { ZERO_PROFILE: 'default' },
  environmentFile: undefined,
  account: undefined,
  notifies: true,
};
const unit = userUnit(definition);
const text = renderUnit(unit);
const older = text.replace('18789', '19001');
const linger: Step = { do: 'run', argv: ['loginctl', 'enable-linger', 'ana'] };
const secrets: Step = { do: 'write', path: '/s/gateway.env', mode: 0o600, content: 'A="1"\n' };

/** A step in one line: `write /u/x`, or the command with what takes it back. */
function line(step: Step): string {
  if (step.do !== 'run') return `${step.do} ${'path' in step ? step.path : step.what}`;
  const part = (name: string, argv: string[] | undefined) =>
    argv
      ? ` [${name} ${argv
          .slice(2)
          .filter((w) => w !== target.unit)
          .join(' ')}]`
      : '';
  const soft = step.tolerate ? ' [tolerant]' : '';
  return `${step.argv.join(' ').replace(/^systemctl --user /, '')}${part('undo', step.undo)}${part('settle', step.settle)}${soft}`;
}

const facts = (more: Partial<SystemdFacts> = {}): SystemdFacts => ({
  ...{ unitText: undefined, enabled: false, active: false, masked: false, needsReload: false },
  ...more,
});
const install = (now: SystemdFacts, { force = false, before = [linger] as Step[], settle = false } = {}) => {
  const plan = planInstall(target, now, { definition, unit, files: [secrets], filesDiffer: false }, { force, before, settle });
  return { ...plan, steps: plan.steps.map(line) };
};

describe('install', () => {
  it('writes, makes the manager read it, enables and starts, in this order, and knows how to take each back', () => {
    expect(install(facts())).toEqual({
      result: 'install',
      drift: [],
      steps: [
        'loginctl enable-linger ana',
        'write /s/gateway.env',
        'write /u/zero-gateway.service',
        'daemon-reload [settle daemon-reload]',
        'enable zero-gateway.service [undo disable]',
        'restart zero-gateway.service [undo stop]',
      ],
    });
  });

  it.each([
    ['stopped', false],
    ['running', true],
  ])('has nothing to do for the same unit, enabled and %s', (_, active) => {
    expect(install(facts({ unitText: text, enabled: true, active }))).toEqual({ result: 'up-to-date', drift: [], steps: [] });
  });

  it.each([
    ['that runs', { active: true }, false],
    ['for a manager that is only to know it', { active: false }, true],
  ])('only enables the same unit %s', (_, now, settle) => {
    expect(install(facts({ unitText: text, ...now }), { settle })).toEqual({
      result: 'install',
      drift: [],
      steps: ['loginctl enable-linger ana', 'enable zero-gateway.service [undo disable]'],
    });
  });

  it('ends what another one left half done: the unit is there, and neither enabled nor running', () => {
    expect(install(facts({ unitText: text })).steps).toEqual([
      'loginctl enable-linger ana',
      'enable zero-gateway.service [undo disable]',
      'restart zero-gateway.service [undo stop]',
    ]);
  });

  it.each([
    [true, true],
    [true, false],
    [false, false],
  ])('leaves a unit that differs alone and says in what (enabled: %s, running: %s)', (enabled, active) => {
    expect(install(facts({ unitText: older, enabled, active }))).toEqual({
      result: 'drifted',
      drift: [
        { field: 'command', installed: '/usr/bin/node /opt/p.mjs --port 19001', wanted: '/usr/bin/node /opt/p.mjs --port 18789' },
      ],
      steps: [],
    });
  });

  it.each([
    [true, true, 'enable zero-gateway.service', 'restart zero-gateway.service [settle restart]'],
    [true, false, 'enable zero-gateway.service', 'restart zero-gateway.service [undo stop]'],
    [false, true, 'enable zero-gateway.service [undo disable]', 'restart zero-gateway.service [settle restart]'],
    [false, false, 'enable zero-gateway.service [undo disable]', 'restart zero-gateway.service [undo stop]'],
  ])('replaces it with force (enabled: %s, running: %s), and goes back to what was there', (enabled, active, enable, start) => {
    expect(install(facts({ unitText: older, enabled, active }), { force: true })).toMatchObject({
      result: 'replace',
      drift: [{ field: 'command' }],
      steps: [
        ...['loginctl enable-linger ana', 'write /s/gateway.env', 'write /u/zero-gateway.service'],
        ...['daemon-reload [settle daemon-reload]', enable, start],
      ],
    });
  });

  it('has nothing to do with force either when it is up to date', () => {
    expect(install(facts({ unitText: text, enabled: true }), { force: true }).result).toBe('up-to-date');
  });

  it('has nothing to do when only the description differs: it would be no reason to restart anything', () => {
    const renamed = text.replace('Description=ZERO Gateway (v0.1.0)', 'Description=mine');
    expect(install(facts({ unitText: renamed, enabled: true, active: true })).result).toBe('up-to-date');
  });

  it('makes the manager read what it has an older text of', () => {
    expect(install(facts({ unitText: text, enabled: true, active: true, needsReload: true })).steps).toEqual([
      'daemon-reload [settle daemon-reload]',
    ]);
  });

  it('tells that the secrets differ, and not which', () => {
    const plan = planInstall(
      target,
      facts({ unitText: text, enabled: true }),
      { definition, unit, files: [secrets], filesDiffer: true },
      { force: false, before: [] },
    );
    expect(plan).toEqual({ result: 'drifted', drift: [{ field: 'secrets', installed: '***', wanted: '***' }], steps: [] });
  });

  it('refuses to start, restart or install what is masked, all with the same command that lifts it', () => {
    const refusal = (act: () => unknown) => {
      try {
        return act();
      } catch (error) {
        return (error as { params?: { unmask?: string } }).params?.unmask;
      }
    };
    const acts = (now: SystemdFacts) => [() => install(now), () => planStart(target, now), () => planRestart(target, now)];
    const lifts = (now: SystemdFacts) => acts(now).map(refusal);
    const line = 'systemctl --user unmask zero-gateway.service';
    expect(lifts(facts({ masked: true }))).toEqual([line, line, line]);
    const forNow = 'systemctl --user unmask --runtime zero-gateway.service';
    expect(lifts(facts({ masked: true, maskedForNow: true }))).toEqual([forNow, forNow, forNow]);
  });

  it('refuses a unit that somebody masked, with the command that lifts it', () => {
    expect(() => install(facts({ masked: true }))).toThrow(/masked/);
  });

  it('says it when only the policy differs, or nothing is run at all', () => {
    const policy = install(facts({ unitText: text.replace('RestartSec=2', 'RestartSec=5') }));
    expect(policy.drift).toEqual([{ field: 'Service.RestartSec', installed: '5', wanted: '2' }]);
    const bare = install(facts({ unitText: text.replace('UMask=0077\n', 'LimitNOFILE=9\n') }));
    expect(bare.drift).toEqual([
      { field: 'Service.UMask', installed: undefined, wanted: '0077' },
      { field: 'Service.LimitNOFILE', installed: '9', wanted: undefined },
    ]);
    expect(install(facts({ unitText: '[Unit]\n' })).drift).toEqual([
      { field: 'unit', installed: 'no ExecStart', wanted: '/usr/bin/node /opt/p.mjs --port 18789' },
    ]);
  });
});

const NONE = { files: [], after: [] };

describe('uninstall', () => {
  it.each([
    [facts({ unitText: text, enabled: true, active: true }), ' [settle enable --now]'],
    [facts({ unitText: text, enabled: true }), ' [settle enable]'],
    [facts({ unitText: text, active: true }), ' [settle start]'],
    [facts({ unitText: text }), ''],
    [facts({ enabled: true }), ''],
    [facts(), ''],
  ])('stops, disables, removes and forgets, and knows what to go back to: %j', (now, settle) => {
    expect(planUninstall(target, now, { files: ['/s/gateway.env'], after: [] }).map(line)).toEqual([
      `disable --now zero-gateway.service${settle} [tolerant]`,
      'remove /u/zero-gateway.service',
      'remove /s/gateway.env',
      'daemon-reload [settle daemon-reload]',
      'reset-failed zero-gateway.service [tolerant]',
    ]);
  });

  it('stops what runs without a file, and lifts a mask', () => {
    expect(
      planUninstall(target, facts({ active: true }), NONE)
        .map(line)
        .slice(0, 2),
    ).toEqual(['disable --now zero-gateway.service [tolerant]', 'stop zero-gateway.service [tolerant]']);
    expect(planUninstall(target, facts({ masked: true }), NONE).map(line)[0]).toBe('unmask zero-gateway.service');
  });

  it('ends with what comes after, also when the rest is gone', () => {
    const after: Step[] = [{ do: 'remove', path: '/state/linger-ana' }];
    expect(planUninstall(target, facts(), { files: [], after })).toEqual(after);
    expect(planUninstall(target, facts({ unitText: text }), { files: [], after }).at(-1)).toEqual(after[0]);
  });

  it('has nothing to do when there is nothing', () => expect(planUninstall(target, facts(), NONE)).toEqual([]));

  it.each([
    'Failed to disable unit: Unit file zero-gateway.service does not exist.',
    'Failed to disable unit, unit zero-gateway.service does not exist.',
  ])('tolerates that it is disabled already: %s', (said) => {
    const [disable] = planUninstall(target, facts({ active: true }), NONE) as RunStep[];
    expect(disable?.tolerate?.test(said)).toBe(true);
    expect(disable?.tolerate?.test('Failed to connect to bus: No medium found')).toBe(false);
  });
});

describe('start, stop and restart', () => {
  const reset = 'reset-failed zero-gateway.service [tolerant]';

  it('start clears the start limit first, and does nothing when it runs', () => {
    expect(planStart(target, facts({ unitText: text })).map(line)).toEqual([reset, 'start zero-gateway.service']);
    expect(planStart(target, facts({ unitText: text, active: true }))).toEqual([]);
  });

  it('stop does nothing when it does not run', () => {
    expect(planStop(target, facts({ active: true })).map(line)).toEqual(['stop zero-gateway.service']);
    expect(planStop(target, facts({ unitText: text, enabled: true }))).toEqual([]);
  });

  it('restart clears the start limit first', () => {
    expect(planRestart(target, facts({ unitText: text })).map(line)).toEqual([reset, 'restart zero-gateway.service']);
  });

  it('both make the manager read first what it has an older text of', () => {
    const edited = facts({ unitText: text, needsReload: true });
    expect(planStart(target, edited).map(line)).toEqual(['daemon-reload', reset, 'start zero-gateway.service']);
    expect(planRestart(target, { ...edited, active: true }).map(line)).toEqual([
      'daemon-reload',
      reset,
      'restart zero-gateway.service',
    ]);
  });

  it('tolerates that there is nothing to clear', () => {
    const [first] = planRestart(target, facts({ unitText: text })) as RunStep[];
    const said = 'Failed to reset failed state of unit zero-gateway.service: Unit zero-gateway.service not loaded.';
    expect(first?.tolerate?.test(said)).toBe(true);
    expect(first?.tolerate?.test('Access denied')).toBe(false);
  });
});

describe('a plan as a document', () => {
  it('lists files with their modes as text, what is private masked, and commands, each in order', () => {
    const { steps } = planInstall(
      target,
      facts(),
      { definition, unit, files: [secrets], filesDiffer: false },
      { force: false, before: [linger] },
    );
    expect(planDocument(steps, () => 'A="***"\n')).toEqual({
      files: [
        { path: '/s/gateway.env', mode: '0600', content: 'A="***"\n' },
        { path: '/u/zero-gateway.service', mode: '0644', content: text },
      ],
      commands: [
        ['loginctl', 'enable-linger', 'ana'],
        ['systemctl', '--user', 'daemon-reload'],
        ['systemctl', '--user', 'enable', 'zero-gateway.service'],
        ['systemctl', '--user', 'restart', 'zero-gateway.service'],
      ],
    });
    expect(planDocument(planUninstall(target, facts({ unitText: text }), NONE), String).files).toEqual([
      { path: '/u/zero-gateway.service', mode: '', content: null },
    ]);
  });
});
