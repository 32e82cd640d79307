import { describe, expect, it } from 'vitest';
import type { ManagerView } from '../status/verdict.ts';
import { launchctlAdvice, launchctlMeaning, launchctlState } from './launchctl-codes.ts';
import { parseExitCode, parseLaunchctlPrint, parsePrintDisabled } from './launchctl-print.ts';
import { type JobSeen, launchdView } from './launchd-view.ts';

/** In the form of macOS 13 to 26, as field reports show it. */
const printed = (lines: readonly string[]) => `gui/501/com.zero.rescue = {
\tactive count = 1
\tpath = /Users/ana/Library/LaunchAgents/com.zero.rescue.plist
\ttype = LaunchAgent
${lines.map((line) => `\t${line}\n`).join('')}
\targuments = {
\t\t/usr/local/bin/node
\t\tstate = waiting
\t\tpid = 1
\t}

\tenvironment = {
\t\tXPC_SERVICE_NAME => com.zero.rescue
\t\tlast exit code = 99
\t}

\tsemaphores = {
\t\tsuccessful exit => 0
\t}

\tresource coalition = {
\t\tstate = active
\t\tactive count = 1
\t}
\tproperties = keepalive | runatload | inferred program
}
`;
const seen = (lines: readonly string[] | undefined, more: Partial<JobSeen> = {}): ManagerView =>
  launchdView({
    ...{
      properties: lines && parseLaunchctlPrint(printed(lines)),
      installed: true,
      disabled: false,
      parks: true,
      parked: undefined,
    },
    ...more,
  });

describe('launchctl print', () => {
  it('counts with its first level alone', () => {
    const found = parseLaunchctlPrint(printed(['state = running', 'runs = 3', 'pid = 4242', 'last exit code = (never exited)']));
    expect(found).toMatchObject({ state: 'running', pid: '4242', runs: '3', 'last exit code': '(never exited)' });
    expect(found).toMatchObject({ properties: 'keepalive | runatload | inferred program', 'active count': '1' });
    expect(Object.keys(found)).not.toContain('arguments');
  });

  it('has exit codes with and without a name', () => {
    expect(['78: EX_CONFIG', '0', '1', '(never exited)', undefined].map(parseExitCode)).toEqual([78, 0, 1, undefined, undefined]);
  });

  it('of what is disabled says it in the words of either generation', () => {
    const newer = parsePrintDisabled('disabled services = {\n\t"com.zero.rescue" => disabled\n\t"com.zero.dev" => enabled\n}\n');
    const older = parsePrintDisabled(
      'disabled services = {\n\t"com.zero.rescue" => true\n\t"com.zero.dev" => false\n}\nlogin item associations = {\n}\n',
    );
    for (const found of [newer, older])
      expect([...found]).toEqual([
        ['com.zero.rescue', true],
        ['com.zero.dev', false],
      ]);
  });
});

describe('what launchd says of a job', () => {
  it.each([
    ['a pid: it runs', ['state = running', 'runs = 1', 'pid = 42'], { state: 'running', pid: 42, restarts: 0, loaded: true }],
    ['a pid without a state that is known', ['state = xpcproxy', 'pid = 42'], { state: 'running', pid: 42 }],
    ['on its way out', ['state = SIGTERMed', 'pid = 42', 'runs = 1'], { state: 'stopping', pid: 42 }],
    [
      'to be started again',
      ['state = spawn scheduled', 'runs = 4', 'last exit code = 1'],
      { state: 'starting', restarts: 3, lastExitStatus: 1 },
    ],
    [
      'loaded, and never started',
      ['state = waiting', 'runs = 0', 'last exit code = (never exited)'],
      { state: 'stopped', restarts: 0 },
    ],
    [
      'loaded, and ended well',
      ['state = not running', 'runs = 1', 'last exit code = 0'],
      { state: 'stopped', lastExitStatus: 0 },
    ],
    [
      'ended by a signal',
      ['state = exited', 'runs = 1', 'last terminating signal = Killed: 9'],
      { state: 'failed', lastExitStatus: undefined },
    ],
    ['ended with an error', ['state = not running', 'runs = 1', 'last exit code = 1'], { state: 'failed', lastExitStatus: 1 }],
  ] as [string, string[], Partial<ManagerView>][])('%s', (_, lines, expected) => {
    expect(seen(lines)).toMatchObject({ ...expected, enabled: true });
  });

  it('is nothing of one that it does not have: it starts at the next login, unless it is disabled', () => {
    expect(seen(undefined)).toMatchObject({ state: 'stopped', loaded: false, enabled: true, detail: 'not loaded' });
    expect(seen(undefined, { disabled: true })).toMatchObject({ enabled: false, detail: 'not loaded, disabled' });
    expect(seen(undefined, { installed: false })).toMatchObject({ enabled: false });
  });

  it('tells a parked one, by what its own program wrote down, from one that ended well', () => {
    const lines = ['state = not running', 'runs = 1', 'last exit code = 0'];
    const parked = { exitCode: 78, reason: 'its config has no mode', at: 1 };
    expect(seen(lines, { parked })).toMatchObject({ state: 'failed', lastExitStatus: 78, parked: 'its config has no mode' });
    // Of an earlier run.
    expect(seen(['state = running', 'pid = 4', 'last exit code = 0'], { parked })).toMatchObject({ state: 'running' });
  });

  it('with 78 means its own trouble, where the program says it in another way', () => {
    const lines = ['state = spawn scheduled', 'runs = 2', 'last exit code = 78: EX_CONFIG'];
    expect(seen(lines).cannotStart).toContain('78: EX_CONFIG');
    expect(seen(lines, { parks: false }).cannotStart).toBeUndefined();
  });
});

describe('a refusal of launchctl', () => {
  const about = { label: 'com.zero.x', domain: 'gui/501', path: '/l/com.zero.x.plist' };
  it.each([
    [0, '', 'done'],
    [3, 'Boot-out failed: 3: No such process', 'not-loaded'],
    [5, 'Bootstrap failed: 5: Input/output error', 'refused'],
    [17, 'Bootstrap failed: 17: File exists', 'loaded'],
    [36, 'Boot-out failed: 36: Operation now in progress', 'draining'],
    [37, 'Bootstrap failed: 37: Operation already in progress', 'draining'],
    [64, 'Usage: launchctl', 'usage'],
    [112, 'Could not find domain for user gui: 501', 'no-domain'],
    [113, 'Could not find service "x" in domain for user gui: 501', 'not-loaded'],
    [119, 'Bootstrap failed: 119: Service is disabled', 'disabled'],
    [122, 'Bootstrap failed: 122: Path had bad ownership/permissions', 'unsafe-file'],
    [125, 'Bootstrap failed: 125: Domain does not support specified action', 'wrong-domain'],
    [134, 'Bootstrap failed: 134: Service cannot load in requested session', 'wrong-session'],
  ] as const)('%i is known by its number, and by its words alone', (code, text, state) => {
    expect(launchctlState(code, 'in whatever language')).toBe(state);
    if (code !== 0 && code !== 64) expect(launchctlState(undefined, text)).toBe(state);
    // The number in the text counts more than words that came with it.
    if (text.includes('failed:')) expect(launchctlState(1, text.replace(/: [A-Z].*$/, ': etwas anderes'))).toBe(state);
    expect(launchctlAdvice(state, about)).toMatch(/./);
    if (code !== 0) expect(launchctlMeaning(state, about)).toMatch(/./);
  });

  it('with 5 means what launchd says of the job when it is asked', () => {
    const meaning = (more: object) => launchctlMeaning('refused', { ...about, ...more });
    expect([meaning({ disabled: true }), meaning({ loaded: true }), meaning({ loaded: false, disabled: false })]).toEqual([
      'it is disabled',
      'it is loaded already, or still on its way out',
      'launchd does not take the definition, or not its program, or not in this domain',
    ]);
    const advice = (more: object) => launchctlAdvice('refused', { ...about, ...more });
    expect(advice({ disabled: true })).toBe('launchctl enable gui/501/com.zero.x, then again');
    expect(advice({ loaded: true })).toContain('launchctl bootout gui/501/com.zero.x');
    expect(advice({})).toContain('plutil -lint /l/com.zero.x.plist');
  });

  it('that is unknown is no meaning, and where to look', () => {
    expect(launchctlState(99, 'whatever')).toBe('unknown');
    expect(launchctlMeaning('unknown', about)).toBeUndefined();
    expect(launchctlAdvice('unknown', about)).toBe('launchctl print gui/501/com.zero.x');
  });
});
