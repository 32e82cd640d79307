import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fixturePath, unless, whyNoProgram } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServiceManager, WantedService } from '../manager.ts';
import { startupFolder } from '../startup-folder.ts';
import { taskScheduler } from '../task-scheduler.ts';
import { serviceOf, type WindowsMachine, windowsMachine } from './testing.ts';

const HOME = 'C:\\Users\\ana';
const NAME = 'ZERO Gateway (rescue)';
const FOLDER = `${HOME}\\AppData\\Local\\polygate\\services`;
const LAUNCHER = `${FOLDER}\\${NAME}.cmd`;
const STARTUP = `${HOME}\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\${NAME}.cmd`;
const STATE = `${HOME}\\.zero-rescue`;
const wanted: WantedService = { definition: serviceOf('rescue'), environmentFile: undefined };
const DENIED = 0x80070005;

// Each plan asks several programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let machine: WindowsMachine;
let manager: ServiceManager;
const whyNot = whyNoProgram('xmllint');

beforeEach(async () => {
  machine = await windowsMachine({ xmllint: whyNot === undefined });
  manager = taskScheduler(machine.host, HOME);
});
afterEach(() => machine.remove());

const install = async (more: { force?: boolean; wanted?: WantedService } = {}) => {
  const plan = await manager.plan(NAME, { kind: 'install', force: more.force ?? false, wanted: more.wanted ?? wanted });
  return { plan, ...(await manager.apply(plan.steps)) };
};
/** Runs as the Task Scheduler would have it: the task runs, and a gateway of it has the state directory. */
const running = async (pid = 4242) => {
  await install();
  await machine.live(STATE, pid);
};

describe('a task', () => {
  it('is written in UTF-16 with its mark, registered, and run', async () => {
    const { plan, warnings } = await install();
    expect(plan.result).toBe('apply');
    expect(warnings).toEqual([]);
    expect([...machine.bytes(`${FOLDER}\\${NAME}.xml`).subarray(0, 4)]).toEqual([0xff, 0xfe, 0x3c, 0]);
    const task = machine.tasks()[NAME];
    expect(task).toMatchObject({ state: 4, ran: 1 });
    expect(task?.xml.match(/<UserId>S-1-5-21-1-2-3-1001<\/UserId>/g)).toHaveLength(2);
    expect(task?.xml).toContain('<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>');
    expect(task?.xml).toContain(`--headless cmd.exe /d /s /c &quot;&quot;${LAUNCHER}&quot;&quot;`);
    expect((await machine.read(LAUNCHER))?.split('\r\n')[0]).toBe('@echo off');
    expect((await manager.plan(NAME, { kind: 'install', force: false, wanted })).result).toBe('up-to-date');
  });

  it('runs when the gateway itself is there: that the Task Scheduler started something is no proof', async () => {
    await install();
    expect(await manager.status(NAME)).toMatchObject({ state: 'starting', pid: undefined, enabled: true });
    await machine.live(STATE, 4242);
    expect(await manager.status(NAME)).toMatchObject({ state: 'running', pid: 4242 });
  });

  it('does not take a gateway for its own that somebody started by hand', async () => {
    await install();
    machine.give(NAME, { ...(machine.tasks()[NAME] as { xml: string }), state: 3, lastResult: 78 });
    await machine.live(STATE, 99);
    expect(await manager.status(NAME)).toMatchObject({ state: 'failed', pid: undefined, lastExitStatus: 78 });
  });

  it.each(['en', 'de', 'fr', 'ja'] as const)('is the same where Windows speaks %s', async (language) => {
    machine.set({ language });
    await running();
    expect(await manager.status(NAME)).toMatchObject({ state: 'running', pid: 4242, enabled: true });
    machine.set({ language, deny: DENIED });
    const { plan, warnings } = await install({
      force: true,
      wanted: { ...wanted, definition: serviceOf('rescue', { argv: [...wanted.definition.argv, '--verbose'] }) },
    }).catch(async (error: unknown) => {
      throw error;
    });
    expect(plan.result).toBe('apply');
    expect(warnings.join()).toContain('access is denied (0x80070005)');
  });

  it('tells its state from its XML where COM is forbidden, and then knows no more than that', async () => {
    await install();
    machine.set({ com: false });
    expect(await manager.status(NAME)).toMatchObject({ state: 'unknown', enabled: true });
    await machine.live(STATE, 4242);
    expect(await manager.status('ZERO Gateway')).toMatchObject({ state: 'unknown', enabled: false });
  });

  it('is named by its account where its number cannot be had', async () => {
    machine.set({ whoami: false });
    await install();
    expect(machine.tasks()[NAME]?.xml.match(/<UserId>ana<\/UserId>/g)).toHaveLength(2);
  });

  it.each(['ZERO: Gateway', 'a\\b', 'a*', ' a'])('has no name like %j', async (name) => {
    await expect(manager.plan(name, { kind: 'install', force: false, wanted })).rejects.toMatchObject({
      code: 'VALUE_UNQUOTABLE',
    });
  });
});

describe('a task that is refused', () => {
  it.each([DENIED, 0x800710e0, 0x80041315, 0x80070534])('with 0x%s is started from the Startup folder', async (deny) => {
    machine.set({ deny });
    const { warnings } = await install();
    expect(warnings).toEqual([expect.stringContaining('so the Startup folder of this account starts the service')]);
    expect(machine.tasks()).toEqual({});
    expect(machine.launched).toEqual([[LAUNCHER]]);
    expect(await machine.read(STARTUP)).toContain(`/s /c ""${LAUNCHER.replace(/[()]/g, '^$&')}""`);
    await machine.live(STATE, 4242);
    expect(await manager.status(NAME)).toMatchObject({
      state: 'running',
      pid: 4242,
      enabled: true,
      detail: 'in the Startup folder',
    });
    expect((await manager.plan(NAME, { kind: 'install', force: false, wanted })).result).toBe('up-to-date');
  });

  it('for its own text is an error of ours: no other way of starting it would be better', async () => {
    machine.set({ deny: 0x80041318 });
    await expect(install()).rejects.toMatchObject({
      code: 'MANAGER_FAILED',
      params: { reason: expect.stringContaining('is not valid') },
    });
    expect(await machine.read(LAUNCHER)).toBeUndefined();
    expect(await machine.read(STARTUP)).toBeUndefined();
  });

  it('leaves nothing behind when the rest goes wrong', async () => {
    machine.set({ deny: DENIED });
    const { putBack } = await install();
    await putBack();
    expect(await machine.read(LAUNCHER)).toBeUndefined();
    expect(await machine.read(STARTUP)).toBeUndefined();
    expect(machine.commands.at(-1)).toContain('gateway shutdown --mark');
  });

  it('becomes a task once it is allowed to, and the Startup folder starts it no more', async () => {
    machine.set({ deny: DENIED });
    await install();
    machine.set({});
    const other = { ...wanted, definition: serviceOf('rescue', { argv: [...wanted.definition.argv, '--verbose'] }) };
    await install({ force: true, wanted: other });
    expect(await machine.read(STARTUP)).toBeUndefined();
    expect(machine.tasks()[NAME]).toMatchObject({ ran: 1 });
  });
});

describe('a replacement that does not come up', () => {
  const other = { ...wanted, definition: serviceOf('rescue', { argv: [...wanted.definition.argv, '--verbose'] }) };
  const replace = async () => {
    await machine.live(STATE, 4242);
    const { steps } = await manager.plan(NAME, { kind: 'install', force: true, wanted: other });
    machine.die(4242);
    return steps;
  };

  it('is taken back, and the task runs what it ran before', async () => {
    await install();
    const before = await machine.read(LAUNCHER);
    const { putBack } = await manager.apply(await replace());
    await putBack();
    expect(await machine.read(LAUNCHER)).toBe(before);
    expect(machine.commands.slice(-3).map((line) => line.split(' ')[1])).toEqual(['/End', '/Run', '/Create']);
    expect(machine.tasks()[NAME]).toMatchObject({ state: 4 });
  });

  it('also where nothing was started yet, and from the Startup folder', async () => {
    machine.set({ deny: DENIED });
    await install();
    const steps = await replace();
    machine.set({ deny: 0x80041318 });
    await expect(manager.apply(steps)).rejects.toMatchObject({ code: 'MANAGER_FAILED' });
    expect(machine.launched).toEqual([[LAUNCHER], [LAUNCHER]]);
  });
});

describe('a stop', () => {
  it('asks the gateway, ends the launcher, and waits until nothing of it runs', async () => {
    await running();
    machine.commands.length = 0;
    const { steps } = await manager.plan(NAME, { kind: 'stop' });
    machine.die(4242);
    await manager.apply(steps);
    expect(machine.commands.filter((line) => !line.startsWith('powershell'))).toEqual([
      `node ${HOME}\\npm\\polygate.mjs --product zero --profile rescue gateway shutdown --mark ${FOLDER}\\${NAME}.stop`,
      `schtasks /End /TN ${NAME} /HRESULT`,
    ]);
    expect(machine.tasks()[NAME]?.state).toBe(3);
    expect((await manager.plan(NAME, { kind: 'stop' })).result).toBe('up-to-date');
  });

  it('comes before a start: while the task counts as running, a start is swallowed', async () => {
    await running();
    const { steps } = await manager.plan(NAME, { kind: 'restart' });
    expect(steps.map((step) => (step.do === 'run' ? step.argv.find((word) => /^\/[A-Z]|shutdown/.test(word)) : step.do))).toEqual(
      ['shutdown', '/End', 'ended', '/Run'],
    );
    machine.die(4242);
    await manager.apply(steps);
    expect(machine.tasks()[NAME]).toMatchObject({ state: 4, ran: 2 });
  });
});

describe('an uninstall', () => {
  it.each([false, true])('leaves nothing of it (refused task: %s)', async (refused) => {
    if (refused) machine.set({ deny: DENIED });
    await running();
    const { steps } = await manager.plan(NAME, { kind: 'uninstall', stateDir: STATE, force: false });
    machine.die(4242);
    await manager.apply(steps);
    expect(machine.tasks()).toEqual({});
    expect((await manager.remains(NAME, STATE)).ours).toEqual([]);
    expect((await manager.plan(NAME, { kind: 'uninstall', stateDir: STATE, force: false })).result).toBe('up-to-date');
  });
});

describe('what differs', () => {
  it('is told field by field: of the launcher, and of the task, however Windows writes its account', async () => {
    await install();
    const [task] = Object.values(machine.tasks());
    const xml = (task?.xml ?? '')
      .replace('<ExecutionTimeLimit>PT0S', '<ExecutionTimeLimit>PT72H')
      .replaceAll('S-1-5-21-1-2-3-1001', 'PC\\ANA');
    machine.give(NAME, { state: 3, xml });
    const other = { ...wanted, definition: serviceOf('rescue', { workingDirectory: 'C:\\other' }) };
    const { result, drift } = await manager.plan(NAME, { kind: 'install', force: false, wanted: other });
    expect(result).toBe('drifted');
    expect(drift.map(({ field }) => field)).toEqual(['working directory', 'task ExecutionTimeLimit']);
  });

  it('is a launcher of an older version, too, and not another version alone', async () => {
    await install();
    const text = (await machine.read(LAUNCHER)) ?? '';
    await machine.write(LAUNCHER, text.replace(/rem ZERO Gateway.*/, 'rem ZERO Gateway (v0.0.9)\r'));
    expect((await manager.plan(NAME, { kind: 'install', force: false, wanted })).result).toBe('up-to-date');
    await machine.write(LAUNCHER, text.replace('GTR 60', 'GTR 90'));
    expect((await manager.plan(NAME, { kind: 'install', force: false, wanted })).drift).toEqual([
      { field: 'launcher', installed: 'written in another way', wanted: 'as this version writes it' },
    ]);
  });
});

describe('what an installer of the family made', () => {
  const FAMILY = 'Clawdbot Gateway (rescue)';
  const SCRIPT = `${HOME}\\.clawdbot-rescue\\gateway.cmd`;
  const theirs = readFileSync(fixturePath('windows', 'task-exported.xml'), 'utf8').replace(
    /<Command>[^<]*/,
    `<Command>${SCRIPT}`,
  );
  const script = readFileSync(fixturePath('windows', 'clawdbot-2026.1.24-3-gateway.cmd'), 'utf8');
  beforeEach(async () => {
    await machine.write(SCRIPT, script);
    machine.give(FAMILY, { state: 4, xml: theirs });
  });

  it('is found by its task, read from its script, and audited', async () => {
    const found = await manager.inspect(FAMILY);
    expect(found).toMatchObject({ path: SCRIPT, definition: { environment: { CLAWDBOT_PROFILE: 'rescue' } } });
    expect(await manager.list()).toEqual([FAMILY]);
    expect(manager.audit(found, 20000).map(({ code }) => code)).toEqual([
      'gateway-token-embedded',
      'windows-script-no-restart',
      'windows-task-time-limit',
      'windows-task-battery',
      'windows-task-battery',
      'windows-task-priority',
      'windows-task-window',
      'gateway-port-mismatch',
    ]);
    expect(manager.doubts(found, wanted.definition)).toEqual({ obstacle: undefined, lost: [] });
  });

  it('is found through the script that hides its window, also in the Startup folder', async () => {
    const hidden = theirs.replace(
      /<Command>[^<]*<\/Command>/,
      `<Command>wscript.exe</Command><Arguments>//B //Nologo "${SCRIPT.replace('.cmd', '.vbs')}"</Arguments>`,
    );
    machine.give(FAMILY, { state: 3, xml: hidden });
    expect((await manager.inspect(FAMILY)).path).toBe(SCRIPT);
    const startup = STARTUP.replace(`${NAME}.cmd`, `${FAMILY}.vbs`);
    await machine.write(startup, `\ufeffCreateObject("WScript.Shell").Run """${SCRIPT}""", 0, False\r\n`);
    machine.give(FAMILY, { state: 3, xml: '' });
    expect((await manager.inspect(FAMILY)).path).toBe(SCRIPT);
  });

  it('is taken over, and given back as it was', async () => {
    const definition = serviceOf('rescue', { environment: { CLAWDBOT_STATE_DIR: `${HOME}\\.clawdbot-rescue` } });
    const plan = await manager.plan(FAMILY, {
      kind: 'adopt',
      from: FAMILY,
      wanted: { definition, environmentFile: undefined },
      files: [],
    });
    await manager.apply(plan.steps);
    const kept = `${FOLDER}\\${FAMILY}.was.xml`;
    expect(machine.tasks()[FAMILY]?.xml).toContain('<Author>Polygate</Author>');
    expect(machine.tasks()[FAMILY]?.state).toBe(4);
    expect(await machine.read(SCRIPT)).toBe(script);

    // What a record has: what lay where the service was found, and the settings.
    const files = [{ path: SCRIPT, mode: 0o644, content: script }];
    const back = await manager.plan(FAMILY, { kind: 'restore', from: FAMILY, files, enabled: true, active: true });
    await manager.apply(back.steps);
    expect(machine.tasks()[FAMILY]?.xml.trim()).toBe(theirs.trim());
    for (const file of [kept, `${FOLDER}\\${FAMILY}.cmd`, `${FOLDER}\\${FAMILY}.xml`])
      expect(await machine.read(file)).toBeUndefined();
    expect((await manager.inspect(FAMILY)).path).toBe(SCRIPT);
  });

  it('goes on as it was where the takeover fails', async () => {
    const definition = serviceOf('rescue');
    const { steps } = await manager.plan(FAMILY, {
      kind: 'adopt',
      from: FAMILY,
      wanted: { definition, environmentFile: undefined },
      files: [],
    });
    const { putBack } = await manager.apply(steps);
    await putBack();
    expect(machine.tasks()[FAMILY]?.xml.trim()).toBe(theirs.trim());
    expect(await machine.read(`${FOLDER}\\${FAMILY}.cmd`)).toBeUndefined();
  });
});

describe('the Startup folder by itself', () => {
  it('is asked for by its name, and needs nothing of the Task Scheduler', async () => {
    manager = startupFolder(machine.host, HOME);
    const { plan } = await install();
    expect(plan.notes?.join()).toContain('A window may flash up');
    expect(machine.commands.filter((line) => line.startsWith('schtasks'))).toEqual([]);
    expect(machine.launched).toEqual([[LAUNCHER]]);
    expect(await machine.read(STARTUP)).toContain('conhost.exe" --headless');
  });
});

it.skipIf(whyNot)(unless(whyNot, 'the double of schtasks refuses what the Task Scheduler refuses'), async () => {
  const file = `${FOLDER}\\x.xml`;
  const good = readFileSync(fixturePath('windows', 'task-exported.xml'), 'utf8').replace(
    /\s*<Repetition>[\s\S]*<\/StartBoundary>/,
    '',
  );
  const create = async (text: string) => {
    await machine.write(file, text);
    return (await machine.host.processes.run(['C:\\x\\schtasks.exe', '/Create', '/TN', 'x', '/XML', file, '/F', '/HRESULT']))
      .code;
  };
  expect(await create(`\ufeff${good}`)).toBe(0);
  expect(await create(good)).toBe(0x8004131a);
  expect(await create(`\ufeff${good.replace('PT72H', '72h')}`)).toBe(0x80041318);
  expect(await create(`\ufeff${good.replace('mit/task', 'mit/other')}`)).toBe(0x80041317);
  expect(await create(`\ufeff${good.replace('</Task>', '')}`)).toBe(0x8004131a);
  expect(await create(`\ufeff${good.replace('<UserId>PC\\ana</UserId>', '')}`)).toBe(DENIED);
});

it('a double is a program as well, which fails with the low bits of its status here', () => {
  const script = fixturePath('doubles', 'windows', 'schtasks.cjs');
  const env = { PATH: process.env.PATH, POLYGATE_DOUBLE: path.dirname(script) };
  const { status, stderr } = spawnSync(process.execPath, [script, '/Run', '/TN', 'none', '/HRESULT'], { env, encoding: 'utf8' });
  // Windows has all of it.
  const code = process.platform === 'win32' ? 0x80070002 : 2;
  expect([status, stderr]).toEqual([code, 'ERROR: The system cannot find the file specified.\r\n']);
});
