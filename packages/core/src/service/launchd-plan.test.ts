import { describe, expect, it } from 'vitest';
import { renderPlist } from '../formats/plist.ts';
import type { ServiceDefinition } from './definition.ts';
import { jobOf } from './launchd.ts';
import { planJobAdoption, planJobRestore } from './launchd-adopt.ts';
import {
  type LaunchdFacts,
  planJobInstall,
  planJobRestart,
  planJobStart,
  planJobStop,
  planJobUninstall,
} from './launchd-plan.ts';
import { parseParked, renderParked, startsForEver } from './parking.ts';
import type { Step } from './steps.ts';

const target = { label: 'com.zero.x', path: '/l/com.zero.x.plist', domain: 'gui/501' };
const definition: ServiceDefinition = {
  ...{ description: 'ZERO Gateway', argv: ['/usr/bin/node', '/opt/p.mjs', '--port', '18789'], workingDirectory: '/h/.zero' },
  ...{ environment: { ZERO_PROFILE: 'x' }, environmentFile: undefined, account: undefined, notifies: false },
};
const place = { label: target.label, domain: 'gui' as const, output: { out: '/h/.zero/logs/a', err: '/h/.zero/logs/b' } };
const job = jobOf(definition, place);
const text = renderPlist(job);
const older = text.replace('18789', '19001');
const wanted = { definition, job, files: [], filesDiffer: false, directories: ['/h/.zero/logs'] };

/** A step in one line, with what takes it back. */
function line(step: Step): string {
  if (step.do === 'until') return `until ${step.argv.slice(1).join(' ')} is ${step.codes}`;
  if (step.do !== 'run') return `${step.do} ${'path' in step ? step.path : step.what}`;
  const part = (name: string, argv: string[] | undefined) => (argv ? ` [${name} ${argv.slice(1).join(' ')}]` : '');
  const codes = step.retry ? ` [retry ${step.retry.codes}]` : '';
  return `${step.argv.join(' ').replace(/^launchctl /, '')}${part('undo', step.undo)}${part('settle', step.settle)}${codes}`;
}
const facts = (more: Partial<LaunchdFacts> = {}): LaunchdFacts => ({ text: undefined, loadedIn: [], disabled: false, ...more });
const install = (found: LaunchdFacts, force = false) => {
  const { result, drift, steps } = planJobInstall(target, found, wanted, { force });
  return { result, drift: drift.map(({ field }) => field), steps: steps.map(line) };
};

const BOOTSTRAP = 'bootstrap gui/501 /l/com.zero.x.plist [undo bootout gui/501/com.zero.x] [retry 5,17,37]';
const BOOTOUT = 'bootout gui/501/com.zero.x [settle bootstrap gui/501 /l/com.zero.x.plist] [retry 5,17,37]';
const GONE = 'until print gui/501/com.zero.x is 113';
const SURELY = 'enable gui/501/com.zero.x';
const ENABLE = 'enable gui/501/com.zero.x [undo disable gui/501/com.zero.x]';

describe('a job', () => {
  it('that is new has its logs made first, and is loaded', () => {
    expect(install(facts())).toEqual({
      ...{ result: 'install', drift: [] },
      steps: ['makeDir /h/.zero/logs', 'write /l/com.zero.x.plist', SURELY, BOOTSTRAP],
    });
  });

  it('that was disabled once is enabled before it is loaded, though its file is long gone', () => {
    expect(install(facts({ disabled: true })).steps).toEqual([
      'makeDir /h/.zero/logs',
      'write /l/com.zero.x.plist',
      ENABLE,
      BOOTSTRAP,
    ]);
    expect(install(facts({ text, disabled: true }))).toEqual({ result: 'install', drift: [], steps: [ENABLE] });
  });

  it('that is as it should be needs nothing, whether it is loaded or not', () => {
    expect(install(facts({ text }))).toEqual({ result: 'up-to-date', drift: [], steps: [] });
    const commented = text.replace('ZERO Gateway', 'something else');
    expect(install(facts({ text: commented, loadedIn: ['gui/501'] })).result).toBe('up-to-date');
  });

  it('that differs is left alone, and with force taken out, waited for and loaded again', () => {
    const found = facts({ text: older.replace('<integer>10</integer>', '<integer>1</integer>'), loadedIn: ['gui/501'] });
    expect(install(found)).toEqual({ result: 'drifted', drift: ['command', 'ThrottleInterval'], steps: [] });
    expect(install(found, true).steps).toEqual([
      'makeDir /h/.zero/logs',
      'write /l/com.zero.x.plist',
      SURELY,
      BOOTOUT,
      GONE,
      BOOTSTRAP,
    ]);
    expect(install(facts({ text: '<plist>' })).drift).toEqual(['definition']);
  });

  it('that is removed is taken out of every domain that has it, and not remembered as disabled', () => {
    const steps = planJobUninstall(target, facts({ text, loadedIn: ['gui/501', 'user/501'], disabled: true }), [
      '/h/.zero/service.env',
    ]);
    expect(steps.map(line)).toEqual([
      ...[BOOTOUT, GONE, BOOTOUT.replaceAll('gui/501', 'user/501'), GONE.replace('gui/501', 'user/501')],
      ...['remove /l/com.zero.x.plist', 'remove /h/.zero/service.env', ENABLE],
    ]);
    expect(planJobUninstall(target, facts(), [])).toEqual([]);
  });

  it('is started where it is loaded, else loaded; stopped by taking it out; restarted by launchd itself', () => {
    expect(planJobStart(target, facts({ text }), false).map(line)).toEqual([BOOTSTRAP]);
    expect(planJobStart(target, facts({ text, loadedIn: ['user/501'], disabled: true }), false).map(line)).toEqual([
      'enable gui/501/com.zero.x',
      'kickstart user/501/com.zero.x [retry 5,17,37]',
    ]);
    expect(planJobStart(target, facts({ text, loadedIn: ['gui/501'] }), true)).toEqual([]);
    expect(planJobStop(target, facts({ text, loadedIn: ['gui/501'] })).map(line)).toEqual([BOOTOUT, GONE]);
    expect(planJobStop(target, facts({ text }))).toEqual([]);
    expect(planJobRestart(target, facts({ text, loadedIn: ['gui/501'] })).map(line)).toEqual([
      'kickstart -k gui/501/com.zero.x [retry 5,17,37]',
    ]);
    expect(planJobRestart(target, facts({ text })).map(line)).toEqual([BOOTSTRAP]);
  });

  it('bootout takes «not loaded» and «on its way out» for done', () => {
    const [bootout] = planJobStop(target, facts({ text, loadedIn: ['gui/501'] }));
    expect(bootout).toMatchObject({ tolerateCodes: [3, 36, 113] });
  });

  it('of a supervisor is ended by its own command first', () => {
    const supervisor = { ...definition, argv: ['/usr/bin/node', '/opt/p.mjs', 'up'], outlived: { stop: ['x'], reload: ['y'] } };
    const itsText = renderPlist(jobOf(supervisor, place));
    expect(planJobStop(target, facts({ text: itsText, loadedIn: ['gui/501'] })).map(line)).toEqual([
      ...['/usr/bin/node /opt/p.mjs down', BOOTOUT, GONE],
    ]);
  });
});

describe('a job of others', () => {
  const old = { ...target, label: 'com.old', path: '/l/com.old.plist' };

  it('is taken over under its own label: taken out, replaced, loaded', () => {
    const was = { target, facts: facts({ text: older, loadedIn: ['gui/501'] }), active: true };
    const steps = planJobAdoption(was, { target, facts: was.facts, job, files: [], directories: ['/h/.zero/logs'] });
    expect(steps.map(line)).toEqual(['makeDir /h/.zero/logs', BOOTOUT, GONE, 'write /l/com.zero.x.plist', BOOTSTRAP]);
  });

  it('of an older label is removed, and one that did not run does not run afterwards', () => {
    const was = { target: old, facts: facts({ text: older }), active: false };
    const steps = planJobAdoption(was, { target, facts: facts(), job, files: [], directories: [] });
    expect(steps.map(line)).toEqual(['remove /l/com.old.plist', 'write /l/com.zero.x.plist']);
  });

  it('is given back as it was', () => {
    const files = [
      { path: old.path, mode: 0o644, content: older },
      { path: target.path, mode: 0o644, content: null },
    ];
    const steps = planJobRestore(target, facts({ text, loadedIn: ['gui/501'] }), { was: { target: old, active: true }, files });
    expect(steps.map(line)).toEqual([
      ...[BOOTOUT, GONE, 'write /l/com.old.plist', 'remove /l/com.zero.x.plist'],
      'bootstrap gui/501 /l/com.old.plist [undo bootout gui/501/com.old] [retry 5,17,37]',
    ]);
  });
});

describe('what a service writes down when it ends for good', () => {
  it('comes back, and nothing else is taken for it', () => {
    const parked = { exitCode: 78, reason: 'no mode "x"\n', at: 5 };
    expect(parseParked(renderParked(parked))).toEqual(parked);
    for (const other of ['', '{}', 'null', '[]', '{"version":1,"exitCode":"78"}']) expect(parseParked(other)).toBeUndefined();
  });

  it('is asked for where whatever fails is started again: under launchd, and by WinSW', () => {
    expect((['launchd-agent', 'launchd-daemon', 'systemd-user', 'builtin', 'winsw'] as const).map(startsForEver)).toEqual([
      ...[true, true, false, false, true],
    ]);
  });
});
