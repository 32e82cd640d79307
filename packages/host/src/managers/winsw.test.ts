import { readWinsw, serviceLauncher } from '@polygate/core/windows-services';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServiceManager, WantedService } from './manager.ts';
import { serviceOf, type WindowsMachine, windowsMachine } from './windows/testing.ts';
import { winsw } from './winsw.ts';

const HOME = 'C:\\Users\\ana';
const NAME = 'ZERO Gateway (rescue)';
const FOLDER = 'C:\\ProgramData\\polygate\\services';
const XML = `${FOLDER}\\${NAME}.xml`;
const EXE = `${FOLDER}\\${NAME}.exe`;
const STATE = `${HOME}\\.zero-rescue`;
const PARKED = `${STATE}\\parked.json`;
const SOURCE = 'C:\\Tools\\winsw.exe';
const definition = serviceOf('rescue', {
  account: 'ana',
  environment: { ZERO_STATE_DIR: STATE, ZERO_SERVICE_MARKER: 'zero', POLYGATE_PARKED_FILE: PARKED },
});
const wanted: WantedService = { definition, environmentFile: undefined };

vi.setConfig({ testTimeout: 60_000 });

let machine: WindowsMachine;
let manager: ServiceManager;

beforeEach(async () => {
  machine = await windowsMachine({ xmllint: false });
  await machine.write(SOURCE, 'MZ');
  manager = winsw(machine.host, HOME);
});
afterEach(() => machine.remove());

const install = async (more: { force?: boolean; wanted?: WantedService } = {}) => {
  const plan = await manager.plan(NAME, { kind: 'install', force: more.force ?? false, wanted: more.wanted ?? wanted });
  return { plan, ...(await manager.apply(plan.steps)) };
};
const uninstall = { kind: 'uninstall', stateDir: STATE, force: false } as const;
/** What WinSW was told to do, but for its questions. */
const told = () => machine.commands.filter((line) => line.startsWith('winsw') && line !== 'winsw status');
const alter = async (from: string, to: string) => machine.write(XML, ((await machine.read(XML)) ?? '').replace(from, to));

describe('where there is no WinSW', () => {
  it('says where one is to be had; one on PATH or in POLYGATE_WINSW is taken', async () => {
    expect(await manager.detect()).toBeUndefined();
    const at = (env: Record<string, string>) => winsw({ ...machine.host, env: { ...machine.host.env, ...env } }, HOME);
    expect(await at({ PATH: 'C:\\nowhere' }).detect()).toMatchObject({
      code: 'MANAGER_UNREACHABLE',
      params: { advice: expect.stringContaining('POLYGATE_WINSW') },
    });
    expect(await at({ PATH: 'C:\\nowhere', POLYGATE_WINSW: SOURCE }).detect()).toBeUndefined();
  });
});

describe('an install', () => {
  it('puts a WinSW beside its configuration, registers and starts it, and has nothing to do the next time', async () => {
    const { plan } = await install();
    expect(plan.notes?.join()).toContain('services.msc');
    expect(told()).toEqual(['winsw install', 'winsw start']);
    expect(await machine.read(EXE)).toBe('MZ');
    expect(readWinsw((await machine.read(XML)) ?? '')).toEqual(definition);
    expect(machine.tasks()[NAME]).toMatchObject({ state: 4 });
    expect((await manager.plan(NAME, { kind: 'install', force: false, wanted })).result).toBe('up-to-date');
    expect(await manager.list()).toEqual([NAME]);
  });

  it('waits for the password of its account, which Windows alone is told', async () => {
    machine.set({ logon: false });
    const { warnings, unstarted } = await install();
    expect(unstarted).toBe(true);
    expect(warnings.join()).toContain('services.msc');
    expect(machine.tasks()[NAME]).toMatchObject({ state: 3 });
    machine.set({});
    await manager.apply((await manager.plan(NAME, { kind: 'start' })).steps);
    expect(machine.tasks()[NAME]).toMatchObject({ state: 4 });
  });

  it('that does not come up is taken back, registration and files', async () => {
    machine.set({ logon: false });
    await expect(install({ wanted: { ...wanted, definition: { ...definition, account: undefined } } })).rejects.toMatchObject({
      code: 'MANAGER_FAILED',
      params: { status: 1069 },
    });
    expect(machine.tasks()).toEqual({});
    for (const file of [XML, EXE]) expect(await machine.read(file)).toBeUndefined();
  });

  it('tells what differs, and replaces it when asked to; Windows is told anew only of what it keeps itself', async () => {
    await install();
    await alter('30 sec', '5 sec');
    const { result, drift } = await manager.plan(NAME, { kind: 'install', force: false, wanted });
    expect([result, drift]).toEqual(['drifted', [{ field: 'stoptimeout', installed: '5 sec', wanted: '30 sec' }]]);
    machine.commands.length = 0;
    await install({ force: true });
    expect(told()).toEqual(['winsw stopwait', 'winsw start']);
    await alter('Automatic', 'Manual');
    expect((await manager.status(NAME))?.enabled).toBe(false);
    machine.commands.length = 0;
    await install({ force: true });
    expect(told()).toEqual(['winsw stopwait', 'winsw uninstall', 'winsw install', 'winsw start']);
  });

  it('that failed half way is finished by the next one', async () => {
    await install();
    await manager.apply((await manager.plan(NAME, { kind: 'stop' })).steps);
    await machine.host.processes.run([EXE, 'uninstall']);
    machine.commands.length = 0;
    expect((await install()).plan.result).toBe('apply');
    expect(told()).toEqual(['winsw install', 'winsw start']);
  });

  it('keeps secrets in a file, and is another one with other secrets', async () => {
    const environmentFile = { path: `${STATE}\\service.env`, content: 'ZERO_GATEWAY_TOKEN="canary"\n' };
    const secret = { definition: { ...definition, environmentFile: environmentFile.path }, environmentFile };
    await install({ wanted: secret });
    expect(await machine.read(environmentFile.path)).toContain('canary');
    expect(await machine.read(XML)).not.toContain('canary');
    await machine.write(environmentFile.path, 'ZERO_GATEWAY_TOKEN="other"\n');
    const { drift } = await manager.plan(NAME, { kind: 'install', force: false, wanted: secret });
    expect(drift).toEqual([{ field: 'secrets', installed: '***', wanted: '***' }]);
  });

  it.each(['a/b', 'a*', ' a'])('has no name like %j', async (name) => {
    await expect(manager.plan(name, { kind: 'install', force: false, wanted })).rejects.toMatchObject({
      code: 'VALUE_UNQUOTABLE',
    });
  });

  it('is refused where the account has a service of this name, with whose gateway it runs', async () => {
    const launcher = `${HOME}\\AppData\\Local\\polygate\\services\\${NAME}.cmd`;
    const lies = (stateDir: string) =>
      machine.write(
        launcher,
        serviceLauncher(serviceOf('rescue', { environment: { ZERO_STATE_DIR: stateDir } }), {
          log: 'C:\\x.log',
          stop: 'C:\\x.stop',
        }),
      );
    await lies(STATE);
    await expect(install()).rejects.toMatchObject({ code: 'SERVICE_IN_OTHER_SCOPE', params: { name: NAME, path: launcher } });
    await lies('C:\\other');
    await expect(install()).rejects.toMatchObject({ params: { owner: 'C:\\other' } });
  });
});

describe('what it says of a service', () => {
  it('is what Windows and the gateway itself say: running is nothing without a process', async () => {
    expect(await manager.status(NAME)).toMatchObject({ state: 'stopped', enabled: false, detail: 'missing' });
    await install();
    expect(await manager.status(NAME)).toMatchObject({ state: 'running', enabled: true, pid: undefined });
    await machine.live(STATE, 4242);
    expect((await manager.statuses([NAME])).get(NAME)).toMatchObject({ state: 'running', pid: 4242 });
  });

  it('is why it ended for good, which Windows takes for a success', async () => {
    await install();
    await manager.apply((await manager.plan(NAME, { kind: 'stop' })).steps);
    expect(await manager.status(NAME)).toMatchObject({ state: 'stopped', lastExitStatus: undefined });
    await machine.write(PARKED, JSON.stringify({ version: 1, exitCode: 78, reason: 'the config is broken', at: 0 }));
    expect(await manager.status(NAME)).toMatchObject({ state: 'failed', lastExitStatus: 78, parked: 'the config is broken' });
  });

  it('is the end of what it printed', async () => {
    expect(await manager.recentOutput(NAME, 5)).toEqual([]);
    await install();
    await machine.write(`${STATE}\\logs\\${NAME}.err.log`, 'one\r\n\r\ntwo\r\nthree\r\n');
    expect(await manager.recentOutput(NAME, 2)).toEqual(['two', 'three']);
  });
});

describe('a service', () => {
  it('is stopped, started and restarted by its WinSW, which waits for the end', async () => {
    await expect(manager.plan(NAME, { kind: 'start' })).rejects.toMatchObject({ code: 'SERVICE_NOT_INSTALLED' });
    await install();
    expect((await manager.plan(NAME, { kind: 'start' })).result).toBe('up-to-date');
    machine.commands.length = 0;
    for (const kind of ['stop', 'start', 'restart'] as const) await manager.apply((await manager.plan(NAME, { kind })).steps);
    expect(told()).toEqual(['winsw stopwait', 'winsw start', 'winsw stopwait', 'winsw start']);
  });

  it('is removed whole, and then there is nothing to remove', async () => {
    await install();
    await machine.write(`${EXE}.config`, 'x');
    expect((await manager.remains(NAME, STATE)).ours).toEqual([XML, EXE, `${EXE}.config`]);
    await manager.apply((await manager.plan(NAME, uninstall)).steps);
    expect(machine.tasks()).toEqual({});
    expect((await manager.remains(NAME, STATE)).ours).toEqual([]);
    expect((await manager.plan(NAME, uninstall)).result).toBe('up-to-date');
  });

  it('of others is audited, taken over with its registration, and given back to the byte', async () => {
    const theirs = `<service>
  <id>${NAME}</id><name>${NAME}</name><description>theirs</description>
  <executable>C:\\node.exe</executable><arguments>C:\\zero.js gateway</arguments>
  <env name="ZERO_STATE_DIR" value="${STATE}"/><env name="ZERO_GATEWAY_TOKEN" value="canary"/>
  <stopexecutable>C:\\stop.exe</stopexecutable><delayedAutoStart>false</delayedAutoStart><restart>yes</restart>
</service>`;
    await machine.write(XML, theirs);
    await machine.write(EXE, 'MZ');
    machine.give(NAME, { state: 4, xml: '' });
    const found = await manager.inspect(NAME);
    expect(manager.audit(found).map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        ...['gateway-token-embedded', 'winsw-unknown-element', 'winsw-delayed-start', 'winsw-account', 'winsw-no-restart'],
      ]),
    );
    const doubts = manager.doubts(found, definition);
    expect(doubts.obstacle).toBeUndefined();
    expect(doubts.lost).toContain('stopexecutable=C:\\stop.exe');
    const { steps } = await manager.plan(NAME, { kind: 'adopt', from: NAME, wanted, files: [] });
    await manager.apply(steps);
    expect(told()).toEqual(['winsw stopwait', 'winsw start']);
    expect(await machine.read(XML)).not.toContain('canary');
    const files = [{ path: XML, mode: 0o644, content: theirs }];
    const back = await manager.plan(NAME, { kind: 'restore', from: NAME, files, enabled: true, active: true });
    await manager.apply(back.steps);
    expect(await machine.read(XML)).toBe(theirs);
    expect(machine.tasks()[NAME]).toMatchObject({ state: 4 });
    await machine.write(XML, theirs.replace('C:\\node.exe', '%BASE%\\node.exe'));
    expect(manager.doubts(await manager.inspect(NAME), definition).obstacle).toContain('%BASE%');
  });
});
