import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fixturePath, unless, whyNoProgram } from '@polygate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseServiceCmd } from '../formats/cmd-launcher.ts';
import { parseTask, renderTask } from '../formats/task-xml.ts';
import { parseWinsw, renderWinsw } from '../formats/winsw-xml.ts';
import { parseXml } from '../formats/xml.ts';
import type { ServiceDefinition } from './definition.ts';
import { guardsOthers, startsForEver } from './parking.ts';
import type { Step } from './steps.ts';
import { diffTask, TASK_SETTINGS, taskFor } from './task-scheduler.ts';
import { asFile } from './task-scheduler-adopt.ts';
import { scriptIssues, taskPolicyIssues } from './windows-audit.ts';
import { hiddenLine, launcherStartedBy, readServiceLauncher, serviceLauncher, startupText } from './windows-launcher.ts';
import { isRegisteredAlike, readWinsw, winswFor } from './winsw.ts';
import { winswPolicyIssues } from './winsw-audit.ts';
import { planWinswInstall, planWinswRestart, planWinswUninstall, type WinswFacts } from './winsw-plan.ts';

interface GoldenFile {
  path: string;
  content: string;
}
const golden = (manager: string): (GoldenFile & { name: string })[] =>
  readdirSync(fixturePath('golden', 'dry-run', manager)).flatMap((name) =>
    (
      JSON.parse(readFileSync(fixturePath('golden', 'dry-run', manager, name), 'utf8')) as { plan: { files: GoldenFile[] } }
    ).plan.files.map((file) => ({ ...file, name })),
  );
const launchers = [...golden('task-scheduler'), ...golden('startup-folder')].filter(({ path }) =>
  /services\\[^\\]*\.cmd$/.test(path),
);
const tasks = golden('task-scheduler').filter(({ path }) => path.endsWith('.xml'));
const services = golden('winsw').filter(({ path }) => path.endsWith('.xml'));

// biome-ignore lint/suspicious/noControlCharactersInRegex: what no definition of Windows can carry
const UNWRITABLE = /[\u0000-\u0008\u000a-\u001f\u007f"]|\p{Surrogate}|\p{Noncharacter_Code_Point}/u;
const hostile = fc.string({ unit: fc.constantFrom(..."%&|<>^!()\\ \t=;,*?[]'`~@a0"), maxLength: 14 });
const text = fc.oneof(hostile, fc.string({ unit: 'grapheme', maxLength: 30 })).filter((s) => !UNWRITABLE.test(s));
const folder = text.map((s) => `C:\\${s.trim()}`);
const definition: fc.Arbitrary<ServiceDefinition> = fc.record({
  description: text.filter((s) => s === s.trim() && s !== '' && !s.endsWith('^')),
  argv: fc.tuple(folder, fc.array(text, { maxLength: 5 })).map(([program, words]) => [program, ...words]),
  workingDirectory: folder,
  environment: fc.dictionary(
    fc.stringMatching(/^[A-Z][A-Z0-9_]{0,10}$/).filter((s) => !s.startsWith('POLYGATE_')),
    text.filter((s) => s !== ''),
    { maxKeys: 5 },
  ),
  environmentFile: fc.option(folder, { nil: undefined }),
  account: fc.constant(undefined),
  notifies: fc.constant(false),
});
const files = { log: 'C:\\logs\\service.log', stop: 'C:\\x.stop' };

describe('a launcher', () => {
  it('is read back as it was defined, whatever stands in it', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(definition, (made) => {
        expect(readServiceLauncher(serviceLauncher(made, files))).toEqual(made);
      }),
    );
  });

  it('of every product and profile names its instance and keeps a stop', () => {
    expect(launchers).toHaveLength(30);
    for (const { content } of launchers) {
      expect(readServiceLauncher(content)?.argv.slice(2, 7)).toEqual([
        '--product',
        expect.any(String),
        '--profile',
        expect.any(String),
        'gateway',
      ]);
      expect(parseServiceCmd(content)?.stopFile).toMatch(/\.stop$/);
    }
  });

  it.each(['C:\\%PATH%\\x.cmd', 'C:\\a"b.cmd'])('at %j cannot be named on a command line of cmd', (path) => {
    expect(() => hiddenLine(path)).toThrow('cannot be written');
  });

  it('is found from what the Startup folder has, wherever it lies', () => {
    const path = folder.filter((s) => !/%[^%]+%/.test(s));
    fc.assert(
      fc.property(
        path,
        text.filter((s) => s.trim() !== ''),
        (launcher, description) => {
          expect(launcherStartedBy(startupText(description, launcher))).toBe(launcher);
        },
      ),
    );
    expect(launcherStartedBy('@echo off\r\nstart "" calc.exe\r\n')).toBeUndefined();
  });

  it('writes & and its like with a caret in the Startup folder: there they are outside of quotes', () => {
    expect(startupText('x', 'C:\\a & b (c)\\100%\\x.cmd')).toContain('/s /c ""C:\\a ^& b ^(c^)\\100%%\\x.cmd""\r\n');
  });
});

describe('a task', () => {
  const account = { id: 'S-1-5-21-1', others: ['PC\\ana', 'ana'] };
  const wanted = taskFor({ description: 'ZERO Gateway (v0.1.0)' }, 'C:\\zero.cmd', account);

  it('with every default that harms is told of each', () => {
    const bare = { ...wanted, settings: { RunOnlyIfIdle: 'true', MultipleInstancesPolicy: 'Parallel' }, triggers: [] };
    const action = { command: 'C:\\gateway.cmd', arguments: '', workingDirectory: '' };
    expect(taskPolicyIssues({ ...bare, actions: [action] }).map(({ code }) => code.slice('windows-task-'.length))).toEqual([
      ...['time-limit', 'battery', 'battery', 'idle', 'priority', 'parallel', 'no-trigger', 'window'],
    ]);
    const anybody = { ...wanted, triggers: [{ kind: 'LogonTrigger', userId: undefined, enabled: true }] };
    expect(taskPolicyIssues(anybody).map(({ code }) => code)).toEqual(['windows-task-any-logon']);
  });

  it('has both ids, no limit of time, no window, and none of the defaults that end a service', () => {
    expect(wanted.triggers).toEqual([{ kind: 'LogonTrigger', userId: account.id, enabled: true }]);
    expect(wanted.principal).toEqual({ userId: account.id, logonType: 'InteractiveToken', runLevel: 'LeastPrivilege' });
    expect(wanted.settings).toMatchObject({
      ...{ ExecutionTimeLimit: 'PT0S', DisallowStartIfOnBatteries: 'false', StopIfGoingOnBatteries: 'false' },
      ...{
        'IdleSettings.StopOnIdleEnd': 'false',
        MultipleInstancesPolicy: 'IgnoreNew',
        AllowStartOnDemand: 'true',
        Priority: '5',
      },
    });
    expect(taskPolicyIssues(wanted)).toEqual([]);
    expect(wanted.actions[0]?.command).toBe('%SystemRoot%\\System32\\conhost.exe');
    expect(wanted.actions[0]?.command.length).toBeLessThanOrEqual(260);
  });

  it('is the same where Windows names the account in another way, and leaves a default out', () => {
    const { AllowHardTerminate: _, ...settings } = TASK_SETTINGS;
    const exported = { ...wanted, settings, triggers: [{ kind: 'LogonTrigger', userId: 'pc\\ANA', enabled: true }] };
    expect(diffTask(exported, wanted, account)).toEqual([]);
    expect(diffTask({ ...wanted, settings: {} }, wanted, account).map(({ field }) => field)).toEqual([
      ...['DisallowStartIfOnBatteries', 'StopIfGoingOnBatteries', 'StartWhenAvailable', 'IdleSettings.StopOnIdleEnd'].map(
        (n) => `task ${n}`,
      ),
      ...['ExecutionTimeLimit', 'Priority', 'RestartOnFailure.Interval', 'RestartOnFailure.Count'].map((n) => `task ${n}`),
    ]);
    const others = { ...wanted, triggers: [{ kind: 'LogonTrigger', userId: 'PC\\eve', enabled: true }] };
    expect(diffTask(others, wanted, account)).toHaveLength(1);
  });

  it('as COM gives it gets its mark once when it becomes a file', () => {
    expect(asFile('<?xml?>')).toBe('\ufeff<?xml?>');
    expect(asFile('\ufeff<?xml?>')).toBe('\ufeff<?xml?>');
  });
});

describe('a service of WinSW', () => {
  it('is read back as it was defined, whatever stands in it', { timeout: 60_000 }, () => {
    const isLiteral = (made: ServiceDefinition) =>
      ![
        ...made.argv,
        ...Object.values(made.environment),
        made.description,
        made.workingDirectory,
        made.environmentFile ?? '',
      ].some((value) => /%/.test(value) || value !== value.trim());
    fc.assert(
      fc.property(definition.filter(isLiteral), (made) => {
        const given = { ...made, account: 'ana' };
        const config = winswFor(given, { name: 'ZERO Gateway', logPath: 'C:\\logs' });
        expect(readWinsw(renderWinsw(config))).toEqual(given);
        expect(winswPolicyIssues(parseXml(renderWinsw(config)) as never)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('ends for good with success: Windows starts again whatever fails', () => {
    expect(startsForEver('winsw')).toBe(true);
    expect(services).toHaveLength(15);
    for (const { content } of services) expect(parseWinsw(content)?.environment).toHaveProperty('POLYGATE_PARKED_FILE');
  });

  it.each(['task-scheduler', 'startup-folder', 'winsw', 'launchd-agent'] as const)(
    '%s runs programs of others behind the guard',
    (id) => expect(guardsOthers(id)).toBe(true),
  );
});

describe('what an install of WinSW does', () => {
  const target = { name: 'ZERO Gateway', xml: 'C:\\s.xml', exe: 'C:\\s.exe', source: 'C:\\winsw.exe' };
  const made: ServiceDefinition = {
    ...{
      description: 'ZERO Gateway (v0.1.0)',
      argv: ['C:\\node.exe', 'C:\\p.mjs'],
      workingDirectory: 'C:\\zero',
      environment: {},
    },
    ...{ environmentFile: undefined, account: 'ana', notifies: false },
  };
  const config = winswFor(made, { name: target.name, logPath: 'C:\\logs' });
  const wanted = { definition: made, config, files: [], filesDiffer: false };
  const facts = (more: Partial<WinswFacts> = {}): WinswFacts => ({ text: undefined, hasExe: false, state: 'missing', ...more });
  const line = (step: Step) =>
    step.do === 'run' ? step.argv.slice(1).join(' ') : `${step.do} ${'path' in step ? step.path : step.what}`;
  const lines = (steps: Step[]) => steps.map(line);
  const there = facts({ text: renderWinsw(config), hasExe: true, state: 'running' });

  it('puts WinSW beside the configuration, registers and starts it', () => {
    const { steps } = planWinswInstall(target, facts(), wanted, { force: false });
    expect(lines(steps)).toEqual(['write C:\\s.xml', 'copyFile C:\\s.exe', 'install', 'start']);
    expect(planWinswInstall(target, there, wanted, { force: false })).toEqual({ result: 'up-to-date', drift: [], steps: [] });
  });

  it('writes the configuration anew where that is all that differs, and registers anew where Windows keeps it itself', () => {
    const moved = { ...made, workingDirectory: 'C:\\other' };
    const other = { ...wanted, definition: moved, config: { ...config, workingDirectory: 'C:\\other' } };
    expect(planWinswInstall(target, there, other, { force: false }).result).toBe('drifted');
    expect(lines(planWinswInstall(target, there, other, { force: true }).steps)).toEqual([
      'stopwait',
      'write C:\\s.xml',
      'start',
    ]);
    const account = { ...wanted, definition: { ...made, account: 'eve' }, config: { ...config, account: 'eve' } };
    expect(isRegisteredAlike(config, account.config)).toBe(false);
    expect(lines(planWinswInstall(target, there, account, { force: true }).steps)).toEqual([
      ...['stopwait', 'uninstall', 'write C:\\s.xml', 'install', 'start'],
    ]);
  });

  it('can be taken away and restarted', () => {
    expect(lines(planWinswUninstall(target, there, ['C:\\s.xml']))).toEqual(['stopwait', 'uninstall', 'remove C:\\s.xml']);
    expect(lines(planWinswUninstall(target, facts(), []))).toEqual([]);
    expect(lines(planWinswRestart(target, there))).toEqual(['stopwait', 'start']);
  });
});

describe('what others wrote', () => {
  const winsw = (content: string) =>
    winswPolicyIssues(parseXml(`<service><id>x</id><executable>C:\\x.exe</executable>${content}</service>`) as never).map(
      ({ code }) => code,
    );
  const well = '<onfailure action="restart" delay="2 sec"/><serviceaccount><domain>.</domain><user>ana</user></serviceaccount>';

  it.each([
    ['', []],
    ['<delayedAutoStart>false</delayedAutoStart>', ['winsw-delayed-start']],
    ['<restartdelay>5</restartdelay>', ['winsw-unknown-element']],
    ['<log mode="rolling"/>', ['winsw-log-mode']],
    ['<log mode="roll-by-time"/>', ['winsw-log-mode']],
    ['<stoptimeout>20s</stoptimeout>', ['winsw-duration']],
    ['<stoptimeout>PT15S</stoptimeout>', ['winsw-duration']],
    ['<argument>C:\\p q\\</argument>', ['winsw-argument']],
    ['<argument>say "hi"</argument>', ['winsw-argument']],
    ['<argument></argument>', ['winsw-argument']],
  ])('in WinSW, %s is %j', (content, codes) => expect(winsw(`${well}${content}`)).toEqual(codes));

  it('in WinSW, an account of 3.x is none for 2.x, and nothing restarts without being told', () => {
    expect(winsw('<serviceaccount><username>PC\\ana</username><password>x</password></serviceaccount>')).toEqual([
      ...['winsw-account', 'winsw-password', 'winsw-no-restart'],
    ]);
  });

  it('in a script, an unquoted & is a command', () => {
    expect(scriptIssues('@echo off\r\nset A=x & calc\r\nset "B=x & y"\r\nnode x').map(({ code }) => code)).toEqual([
      ...['windows-script-quoting', 'windows-script-no-restart'],
    ]);
  });
});

describe('xmllint', () => {
  const whyNot = whyNoProgram('xmllint');
  const check = (schema: string, input: Buffer) =>
    execFileSync('xmllint', ['--nonet', '--noout', '--schema', fixturePath('schemas', schema), '-'], {
      input,
      stdio: ['pipe', 'pipe', 'pipe'],
    });

  it.skipIf(whyNot)(unless(whyNot, 'finds every golden task and service valid'), () => {
    expect(tasks).toHaveLength(15);
    for (const { content } of tasks) check('task.xsd', Buffer.from(content, 'utf16le'));
    for (const { content } of services) check('winsw.xsd', Buffer.from(content));
  });

  it.skipIf(whyNot)(unless(whyNot, 'and not what the Task Scheduler refuses'), () => {
    const one = tasks[0] as GoldenFile;
    const refused = (from: string | RegExp, to: string) =>
      expect(() => check('task.xsd', Buffer.from(one.content.replace(from, to), 'utf16le'))).toThrow();
    refused('InteractiveToken', 'Interactive');
    refused('<Enabled>true', '<Enabled>1');
    refused('PT0S', '72h');
    refused('<Interval>PT1M', '<Interval>PT10S');
    refused('Context="Author"', 'Context="Nobody"');
    refused(/<Exec>[\s\S]*<\/Exec>/, '');
    refused('<Priority>5', '<Priority>11');
    refused('version="1.2"', 'version="9.9"');
    refused('mit/task', 'mit/other');
    expect(parseTask(one.content)?.actions).toHaveLength(1);
    expect(parseTask(renderTask(parseTask(one.content) as never))).toEqual(parseTask(one.content));
  });
});
