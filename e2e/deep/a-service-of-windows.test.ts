import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fixturePath, unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { alive } from '../support/launchd.ts';
import { HOME, newPc, type Pc, whyNoPc } from '../support/pc.ts';

// The built command beside doubles of what Windows is asked with: rules of its documents and of field reports, real processes.

const whyNot = whyNoPc();
const whether = it.skipIf(whyNot !== undefined);
const LONG_MS = 180_000;
const NAME = 'ZERO Gateway (rescue)';
const FOLDER = `${HOME}\\AppData\\Local\\polygate\\services`;
const LAUNCHER = `${FOLDER}\\${NAME}.cmd`;
const STARTUP = `${HOME}\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\${NAME}.cmd`;
const STATE = `${HOME}\\.zero-rescue`;
const RUNNING = 4;
const READY = 3;
const DENIED = 0x80070005;

interface Row {
  verdict: string;
  exitCode: number;
  reason: string;
  process: { pid: number } | null;
  service: { manager: string; loaded: boolean; configAudit: { issues: { code: string }[] } };
}
const rescue = (pc: Pc, ...args: string[]) => pc.zero('--profile', 'rescue', 'gateway', ...args, '--json');
const status = async (pc: Pc) => (await rescue(pc, 'status')).json<Row>();
const read = (pc: Pc, file: string) => readFileSync(pc.file(file), 'utf8');
const alter = (pc: Pc, file: string, from: string, to: string) => writeFileSync(pc.file(file), read(pc, file).replace(from, to));

async function until<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (const end = Date.now() + 60_000; ; ) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(seen, null, 2)}`);
    await delay(50);
  }
}
const healthy = (pc: Pc, not = 0) =>
  until(
    () => status(pc),
    ({ verdict, process }) => verdict === 'healthy' && process !== null && process.pid !== not,
  );

/** Nothing of the service is anywhere. */
function expectClean(pc: Pc): void {
  for (const file of [LAUNCHER, `${FOLDER}\\${NAME}.xml`, `${FOLDER}\\${NAME}.stop`, STARTUP, `${STATE}\\service.env`])
    expect(existsSync(pc.file(file)), file).toBe(false);
  expect(pc.task(NAME)).toBeUndefined();
}

describe('a service of the Task Scheduler', () => {
  whether(
    unless(whyNot, 'runs from its install to its uninstall, whatever language Windows speaks, and leaves nothing'),
    async () => {
      const pc = await newPc();
      pc.set({ language: 'de' });
      pc.env.ZERO_GATEWAY_TOKEN = 'a-secret-of-the-environment-0123456789';
      await pc.zero('--profile', 'rescue', 'setup');
      // Modes mean nothing here: an access list is what keeps others out.
      expect(pc.protectedFolders()).toContain(STATE);
      const installed = await rescue(pc, 'install');
      expect(installed, installed.stderr).toMatchObject({ code: 0 });
      const service = { label: 'Scheduled Task', loaded: true, name: NAME, manager: 'task-scheduler', state: 'running' };
      expect(installed.json()).toMatchObject({ result: 'installed', service });
      expect(pc.task(NAME)).toMatchObject({ state: RUNNING, ran: 1 });
      expect(pc.task(NAME)?.xml.match(/<UserId>S-1-5-21-1-2-3-1001<\/UserId>/g)).toHaveLength(2);
      expect((await rescue(pc, 'install')).json()).toMatchObject({ ok: true, result: 'already-installed', drift: false });
      expect((await rescue(pc, 'install', '--check')).code).toBe(0);
      expect(read(pc, LAUNCHER)).not.toContain('a-secret');
      expect(read(pc, `${STATE}\\service.env`)).toContain('a-secret');
      const first = await healthy(pc);

      // The launcher starts again what was ended: the Task Scheduler would take it for done.
      process.kill(first.process?.pid ?? 0, 'SIGKILL');
      const second = await healthy(pc, first.process?.pid);
      expect(pc.task(NAME)).toMatchObject({ state: RUNNING, ran: 1 });
      // Nobody may be asked through COM: what answers is known all the same.
      pc.set({ language: 'ja', com: false });
      expect(await status(pc)).toMatchObject({ verdict: 'healthy', process: { pid: second.process?.pid } });
      pc.set({ language: 'fr' });

      const launcher = pc.task(NAME)?.pid ?? 0;
      expect((await rescue(pc, 'stop')).json()).toMatchObject({ ok: true, result: 'stopped' });
      expect(await status(pc)).toMatchObject({ verdict: 'stopped', exitCode: 3, process: null });
      expect([alive(launcher), alive(second.process?.pid ?? 0)]).toEqual([false, false]);
      expect((await pc.zero('--profile', 'rescue', 'logs', '--json')).stdout).toContain('stopping: gateway stop');
      expect((await rescue(pc, 'stop')).json()).toMatchObject({ ok: true, result: 'not-loaded' });
      expect((await rescue(pc, 'start')).json()).toMatchObject({ ok: true, result: 'started' });
      const third = await healthy(pc);
      expect((await rescue(pc, 'restart')).json()).toMatchObject({ ok: true, result: 'restarted' });
      await healthy(pc, third.process?.pid);

      // What others changed is told, and mended when it is asked for.
      alter(pc, LAUNCHER, 'GTR 60', 'GTR 90');
      const { xml = '' } = pc.task(NAME) ?? {};
      pc.give(NAME, { ...pc.task(NAME), state: RUNNING, xml: xml.replace('PT0S', 'PT72H') });
      const drifted = (await rescue(pc, 'install')).json<{ differences: { field: string }[] }>();
      expect(drifted).toMatchObject({ result: 'already-installed', drift: true });
      expect(drifted.differences.map(({ field }) => field)).toEqual(['launcher', 'task ExecutionTimeLimit']);
      expect((await rescue(pc, 'install', '--check')).code).toBe(1);
      const found = (await pc.zero('--profile', 'rescue', 'doctor', '--json')).json<{ findings: { code: string }[] }>().findings;
      // The secret of the environment is none of the config's, which is all that was set up.
      expect(found.map(({ code }) => code)).toEqual([
        ...['windows-task-time-limit', 'gateway-definition-drift', 'gateway-token-mismatch'],
      ]);
      const replaced = await rescue(pc, 'install', '--force');
      expect(replaced.json(), replaced.stderr).toMatchObject({ result: 'installed' });
      expect(pc.task(NAME)?.xml).toContain('PT0S');

      // A configuration that cannot be used ends it for good: launcher, task, and no other start.
      rmSync(pc.file(`${STATE}\\config-history`), { recursive: true });
      const config = `${STATE}\\zero.json`;
      const good = read(pc, config);
      writeFileSync(pc.file(config), '{ broken');
      expect((await rescue(pc, 'restart')).code).toBe(69);
      const parked = await until(
        () => status(pc),
        ({ verdict }) => verdict === 'parked',
      );
      expect(parked).toMatchObject({ exitCode: 78, process: null });
      const ended = pc.task(NAME);
      expect(ended).toMatchObject({ state: READY, lastResult: 78 });
      writeFileSync(pc.file(config), good);
      expect((await rescue(pc, 'start')).json()).toMatchObject({ ok: true, result: 'started' });
      expect(pc.task(NAME)?.ran).toBe((ended?.ran ?? 0) + 1);

      const removed = await rescue(pc, 'uninstall');
      expect(removed.json(), removed.stderr).toMatchObject({ ok: true, result: 'uninstalled', service: { loaded: false } });
      expectClean(pc);
      expect((await rescue(pc, 'uninstall')).json()).toMatchObject({ ok: true, result: 'uninstalled' });
    },
    LONG_MS,
  );

  whether(
    unless(whyNot, 'that is refused is started from the Startup folder, until a task is allowed'),
    async () => {
      const pc = await newPc();
      await pc.zero('--profile', 'rescue', 'setup');
      // The text is at fault: no other way would be better. Nothing is left.
      pc.set({ language: 'ja', deny: 0x80041318 });
      expect((await rescue(pc, 'install')).json()).toMatchObject({ error: { code: 'MANAGER_FAILED' } });
      expectClean(pc);

      pc.set({ language: 'fr', deny: DENIED });
      const installed = await rescue(pc, 'install');
      expect(installed.json<{ warnings: string[] }>().warnings.join()).toContain('access is denied (0x80070005)');
      expect(pc.task(NAME)).toBeUndefined();
      const first = await healthy(pc);
      expect(first).toMatchObject({ service: { loaded: true } });
      expect((await rescue(pc, 'install')).json()).toMatchObject({ result: 'already-installed', drift: false });
      await pc.reboot();
      expect(await status(pc)).toMatchObject({ verdict: 'stopped' });
      pc.logOn();
      const second = await healthy(pc);

      pc.set({});
      alter(pc, LAUNCHER, 'GTR 60', 'GTR 90');
      const task = await rescue(pc, 'install', '--force');
      expect(task.json(), task.stderr).toMatchObject({ result: 'installed' });
      expect(existsSync(pc.file(STARTUP))).toBe(false);
      expect(pc.task(NAME)).toMatchObject({ state: RUNNING, ran: 1 });
      await healthy(pc, second.process?.pid);
      expect((await rescue(pc, 'uninstall')).json()).toMatchObject({ result: 'uninstalled' });
      expectClean(pc);
    },
    LONG_MS,
  );

  whether(
    unless(whyNot, 'ends with all that its program started, also when that hangs'),
    async () => {
      const pc = await newPc();
      await pc.zero('--profile', 'rescue', 'setup');
      expect((await rescue(pc, 'install')).code).toBe(0);
      const xml = pc.task(NAME);
      const { process: gateway } = await healthy(pc);
      // It answers nothing, and heeds nothing.
      process.kill(gateway?.pid ?? 0, 'SIGSTOP');
      const stopped = await rescue(pc, 'stop');
      expect(stopped.json(), stopped.stderr).toMatchObject({ ok: true, result: 'stopped' });
      expect(alive(gateway?.pid ?? 0)).toBe(false);
      expect(await status(pc)).toMatchObject({ verdict: 'stopped' });

      // A program of others is behind the guard, which knows how to end it; what does not come up leaves everything as it was.
      writeFileSync(pc.file(`${HOME}\\ends.cjs`), 'process.exitCode = 78;');
      const was = read(pc, LAUNCHER);
      const failed = await rescue(pc, 'install', '--force', '--program', `node ${HOME}\\ends.cjs`);
      expect(failed.json(), failed.stderr).toMatchObject({
        error: { code: 'SERVICE_NOT_HEALTHY', details: { verdict: 'parked' } },
      });
      expect(read(pc, LAUNCHER)).toBe(was);
      expect(pc.task(NAME)).toMatchObject({ xml: xml?.xml });
    },
    LONG_MS,
  );
});

const TOKEN = '0123456789abcdef0123456789abcdef';

/** Stands in for the program of the product: it leaves the port to a child, which nobody of Windows ends. */
const STAND_IN = `
const { spawn } = require('node:child_process');
const args = ['--product', 'clawdbot', 'gateway', 'run', '--program', 'reference', ...process.argv.slice(3)];
// A home of its own for what it records: another program's records are not Polygate's.
const env = { ...process.env, POLYGATE_HOME: 'C:\\\\Users\\\\ana\\\\stand-in' };
spawn(process.execPath, ['C:\\\\npm\\\\node_modules\\\\polygate\\\\bin\\\\polygate.cjs', ...args], { stdio: 'inherit', env })
  .on('exit', (code) => process.exit(code ?? 1));
`;

describe('a task that the tools of its product registered', () => {
  whether(
    unless(whyNot, 'is taken over, and given back as it was'),
    async () => {
      const pc = await newPc();
      const name = 'Clawdbot Gateway (rescue)';
      const script = `${HOME}\\.clawdbot-rescue\\gateway.cmd`;
      const put = (file: string, content: string) => {
        mkdirSync(path.dirname(pc.file(file)), { recursive: true });
        writeFileSync(pc.file(file), content);
      };
      const sample = readFileSync(fixturePath('windows', 'clawdbot-2026.1.24-3-gateway.cmd'), 'utf8')
        .replaceAll('19789', String(pc.firstPort))
        .replaceAll('made-up', TOKEN);
      put(`${HOME}\\AppData\\Roaming\\npm\\node_modules\\clawdbot\\dist\\entry.js`, STAND_IN);
      const config = { gateway: { mode: 'local', port: pc.firstPort, auth: { mode: 'token', token: TOKEN } } };
      put(`${HOME}\\.clawdbot-rescue\\clawdbot.json`, JSON.stringify(config));
      put(script, sample);
      const theirs = readFileSync(fixturePath('windows', 'task-exported.xml'), 'utf8').replace(
        /<Command>[^<]*/,
        `<Command>${script}`,
      );
      pc.give(name, { state: READY, xml: theirs });
      expect(pc.tool('schtasks', '/Run', '/TN', name, '/HRESULT')).toBe(0);
      const ours = (...args: string[]) =>
        pc.polygate('--product', 'clawdbot', '--profile', 'rescue', 'gateway', ...args, '--json');
      const seen = async () => (await ours('status')).json<Row>();
      await until(seen, ({ verdict }) => verdict === 'healthy');
      expect((await seen()).service.configAudit.issues.map(({ code }) => code)).toEqual(
        expect.arrayContaining(['gateway-token-embedded', 'windows-task-time-limit', 'windows-task-battery']),
      );

      const adopted = await ours('adopt');
      expect(adopted.json(), adopted.stdout).toMatchObject({ ok: true, result: 'adopted', service: { name, loaded: true } });
      const launcher = read(pc, `${FOLDER}\\${name}.cmd`);
      expect(launcher).not.toContain(TOKEN);
      expect(launcher).toContain('"guard"');
      expect(read(pc, script)).toBe(sample);
      expect(await seen()).toMatchObject({ verdict: 'healthy', service: { configAudit: { ok: true } } });

      const back = await ours('adopt', '--undo');
      expect(back.json(), back.stdout + back.stderr).toMatchObject({ ok: true, result: 'restored' });
      expect(pc.task(name)?.xml.trim()).toBe(theirs.trim());
      expect(readdirSync(pc.file(FOLDER))).toEqual([]);
      expect(await until(seen, ({ verdict }) => verdict === 'healthy')).toMatchObject({ verdict: 'healthy' });
    },
    LONG_MS,
  );
});

describe('a service of Windows itself', () => {
  whether(
    unless(whyNot, 'is an administrator’s, runs by WinSW, stays down with a fatal configuration, and leaves nothing'),
    async () => {
      const pc = await newPc();
      pc.env.POLYGATE_WINSW = 'C:\\Tools\\winsw.exe';
      await pc.zero('--profile', 'rescue', 'setup');
      pc.set({ elevated: false, language: 'de' });
      const refused = (await rescue(pc, 'install', '--manager', 'winsw')).json<{ error: { code: string; hint: string } }>();
      expect(refused.error.code).toBe('ROOT_NEEDED');
      expect(refused.error.hint).toContain('zero --profile rescue gateway install --system');
      expect(refused.error.hint).not.toContain('sudo');

      // Windows alone is told the password of an account: until then it is registered, and does not run.
      pc.set({ language: 'de', logon: false });
      const installed = await rescue(pc, 'install', '--manager', 'winsw');
      expect(installed.json(), installed.stderr).toMatchObject({
        result: 'installed',
        service: { label: 'Windows service', manager: 'winsw', name: NAME, loaded: true, state: 'stopped' },
        warnings: expect.arrayContaining([expect.stringContaining('services.msc')]),
      });
      pc.set({ language: 'de' });
      expect((await rescue(pc, 'start')).json()).toMatchObject({ ok: true, result: 'started' });
      const xml = `C:\\ProgramData\\polygate\\services\\${NAME}.xml`;
      expect(read(pc, xml)).toContain('<stoptimeout>30 sec</stoptimeout>');
      const first = await healthy(pc);
      // The same gateway for the account would be two on one port.
      const second = (await rescue(pc, 'install', '--manager', 'task-scheduler')).json<{
        error: { code: string; hint: string };
      }>();
      expect(second.error).toMatchObject({ code: 'SERVICE_IN_OTHER_SCOPE' });
      expect(second.error.hint).toContain('as an administrator: zero --profile rescue gateway uninstall --system');
      process.kill(first.process?.pid ?? 0, 'SIGKILL');
      await healthy(pc, first.process?.pid);

      expect((await rescue(pc, 'stop')).json()).toMatchObject({ ok: true, result: 'stopped' });
      expect((await pc.zero('--profile', 'rescue', 'logs', '--json')).stdout).toContain('stopping: interrupted');
      rmSync(pc.file(`${STATE}\\config-history`), { recursive: true });
      const good = read(pc, `${STATE}\\zero.json`);
      writeFileSync(pc.file(`${STATE}\\zero.json`), '{ broken');
      expect((await rescue(pc, 'start')).code).toBe(69);
      expect(await status(pc)).toMatchObject({ verdict: 'parked', exitCode: 78 });
      writeFileSync(pc.file(`${STATE}\\zero.json`), good);
      expect((await rescue(pc, 'start')).json()).toMatchObject({ ok: true, result: 'started' });

      alter(pc, xml, '30 sec', '5 sec');
      expect((await rescue(pc, 'install', '--system')).json()).toMatchObject({ result: 'already-installed', drift: true });
      expect((await rescue(pc, 'install', '--system', '--force')).json()).toMatchObject({
        result: 'installed',
        differences: [{ field: 'stoptimeout' }],
      });
      const removed = await rescue(pc, 'uninstall');
      expect(removed.json(), removed.stderr).toMatchObject({ result: 'uninstalled' });
      expect(readdirSync(pc.file('C:\\ProgramData\\polygate\\services'))).toEqual([]);
      expect(pc.task(NAME)).toBeUndefined();
    },
    LONG_MS,
  );
});
