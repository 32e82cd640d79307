import { readFileSync } from 'node:fs';
import { fixturePath } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { parseUnit } from '../formats/systemd-unit.ts';
import type { Step } from './steps.ts';
import { adoptionDoubts, planAdoption, planRestore } from './systemd-adopt.ts';
import type { SystemdFacts, SystemdTarget } from './systemd-plan.ts';

const target = (unit: string): SystemdTarget => ({ unit, unitPath: `/u/${unit}`, systemctl: ['systemctl', '--user'] });
const facts = (given: Partial<SystemdFacts> = {}): SystemdFacts => ({
  ...{ unitText: 'x', enabled: true, active: true, masked: false, needsReload: false },
  ...given,
});
const line = (step: Step): string => {
  if (step.do !== 'run') return `${step.do} ${'path' in step ? step.path : step.what}`;
  const back = [
    ...(step.undo ? [`undo ${step.undo.slice(2).join(' ')}`] : []),
    ...(step.settle ? [`settle ${step.settle.slice(2).join(' ')}`] : []),
  ];
  return [step.argv.slice(2).join(' '), ...back.map((text) => `[${text}]`)].join(' ');
};
const record: Step = { do: 'write', path: '/r.json', mode: 0o600, content: '' };
const linger: Step = { do: 'run', argv: ['loginctl', 'x', 'enable-linger'] };
const input = (unit: string, given?: Partial<SystemdFacts>) => ({
  ...{ target: target(unit), facts: facts(given), unit: [], files: [record], before: [linger] },
});

describe('planAdoption', () => {
  it('writes the record first, then replaces the unit and starts the new one, all to be taken back', () => {
    const was = { target: target('a'), facts: facts(), dropIns: [] };
    expect(planAdoption(was, input('a')).map(line)).toEqual([
      'enable-linger',
      'write /r.json',
      'write /u/a',
      'daemon-reload [settle daemon-reload]',
      'enable a',
      'reset-failed a',
      'restart a [settle restart a]',
    ]);
  });

  it('moves a unit to the name of today, with its drop-ins', () => {
    const was = { target: target('old'), facts: facts(), dropIns: [{ from: '/u/old.d/a', to: '/u/new.d/a', content: 'c' }] };
    expect(planAdoption(was, input('new', { unitText: undefined, enabled: false, active: false })).map(line)).toEqual([
      'enable-linger',
      'write /r.json',
      'disable --now old [settle enable --now old]',
      'remove /u/old',
      'write /u/new.d/a',
      'remove /u/old.d/a',
      'write /u/new',
      'daemon-reload [settle daemon-reload]',
      'enable new [undo disable new]',
      'reset-failed new',
      'restart new [undo stop new]',
    ]);
  });

  it('starts nothing that did not run, and enables nothing that was not', () => {
    const was = { target: target('a'), facts: facts({ active: false, enabled: false }), dropIns: [] };
    expect(planAdoption(was, input('a')).map(line)).toEqual([
      'write /r.json',
      'write /u/a',
      'daemon-reload [settle daemon-reload]',
    ]);
  });

  it('refuses what somebody forbade to start', () => {
    const was = { target: target('a'), facts: facts({ masked: true }), dropIns: [] };
    expect(() => planAdoption(was, input('a'))).toThrowError(expect.objectContaining({ code: 'SERVICE_MASKED' }));
  });
});

describe('planRestore', () => {
  const files = [
    { path: '/u/old', mode: 0o600, content: 'x' },
    { path: '/u/new', mode: 0o644, content: null },
  ];
  it('puts every file back, and lets it run and start by itself as it did', () => {
    const was = { target: target('old'), enabled: true, active: true };
    expect(planRestore(target('new'), facts(), { was, files }).map(line)).toEqual([
      'disable --now new [settle restart new]',
      'write /u/old',
      'remove /u/new',
      'daemon-reload [settle daemon-reload]',
      'enable old',
      'reset-failed old',
      'restart old [undo stop old]',
    ]);
  });

  it('stops what did not run, of one name', () => {
    const was = { target: target('a'), enabled: false, active: false };
    expect(planRestore(target('a'), facts(), { was, files: [] }).map(line)).toEqual([
      'daemon-reload [settle daemon-reload]',
      'disable a',
      'stop a',
    ]);
  });
});

describe('adoptionDoubts', () => {
  const own = parseUnit('[Service]\nTimeoutStopSec=30\n');
  const captured = (name: string) => readFileSync(fixturePath('units', name), 'utf8');

  it('has none about a unit of January; of the newest generation it tells the longer time to stop', () => {
    expect(adoptionDoubts(captured('clawdbot-2026.1.24-3.service'), own)).toEqual({ obstacle: undefined, lost: [] });
    expect(adoptionDoubts(captured('openclaw-2026.9.6.service'), own)).toEqual({
      obstacle: undefined,
      lost: ['Service.TimeoutStopSec=330'],
    });
  });

  it.each([
    ['ExecStart=%h/bin/zero gateway', 'specifiers'],
    ['ExecStart=/bin/zero gateway --port ${PORT}', 'variables'],
    ['Environment=A=%t/x', 'specifiers'],
    ['ExecStart=/bin/a\nExecStart=/bin/b', 'several'],
  ])('refuses %s', (line, reason) => {
    expect(adoptionDoubts(`[Service]\n${line}\n`, own).obstacle).toContain(reason);
  });

  it('tells what somebody added, and takes doubled signs for what they are', () => {
    const text = '[Service]\nExecStart=/bin/zero gateway $$x 100%%\nMemoryMax=1G\nTimeoutStopSec=30\n';
    expect(adoptionDoubts(text, own)).toEqual({ obstacle: undefined, lost: ['Service.MemoryMax=1G'] });
  });
});
