import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isProblem, type ServiceDefinition, type Step } from '@polygate/core';
import { jobOf, renderPlist } from '@polygate/core/launchd';
import { FakeClock, RecordingProcesses, type Respond, tempDir } from '@polygate/testkit';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeHost } from '../node/host.ts';
import type { Host } from '../ports.ts';
import { launchdAgent } from './launchd-agent.ts';
import { launchdDaemon } from './launchd-daemon.ts';
import type { Intent } from './manager.ts';

const LABEL = 'com.zero.rescue';
let home = '';
const made: { remove(): Promise<void> }[] = [];
beforeEach(async () => {
  const directory = await tempDir();
  made.push(directory);
  home = directory.path;
});
afterAll(() => Promise.all(made.map((directory) => directory.remove())));

const definition = (): ServiceDefinition => ({
  ...{
    description: 'ZERO',
    argv: ['/usr/bin/node', '/p.mjs', 'gateway', 'run'],
    workingDirectory: path.join(home, '.zero-rescue'),
  },
  environment: { ZERO_STATE_DIR: path.join(home, '.zero-rescue') },
  ...{ environmentFile: undefined, account: undefined, notifies: false },
});
const agentFile = (label = LABEL) => path.join(home, 'Library', 'LaunchAgents', `${label}.plist`);
const textOf = (label = LABEL, domain: 'gui' | 'user' = 'gui') => {
  const logs = path.join(home, '.zero-rescue', 'logs');
  return renderPlist(
    jobOf(definition(), { label, domain, output: { out: `${logs}/gateway.log`, err: `${logs}/gateway.err.log` } }),
  );
};
function lies(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A Mac on which launchd has these domains, and in them these labels (with the lines that print shows). */
function mac(
  has: Record<string, Record<string, string>>,
  more: { respond?: Respond; env?: object; uid?: number; clock?: FakeClock } = {},
) {
  const processes = new RecordingProcesses((line, argv) => {
    const said = more.respond?.(line, argv);
    if (said) return said;
    const at = argv[2] ?? '';
    if (argv[1] === 'print-disabled') return at in has ? { stdout: 'disabled services = {\n}\n' } : { code: 112 };
    if (argv[1] !== 'print') return {};
    if (at in has) return { stdout: `${at} = {\n}\n` };
    const [domain = '', label = ''] = [at.slice(0, at.lastIndexOf('/')), at.slice(at.lastIndexOf('/') + 1)];
    const lines = has[domain]?.[label];
    return lines === undefined ? { code: domain in has ? 113 : 112 } : { stdout: `${at} = {\n${lines}\n}\n` };
  });
  const real = nodeHost();
  const host: Host = {
    ...real,
    ...{ platform: 'darwin', processes, env: { PATH: '/usr/bin', HOME: home, ...more.env } },
    users: { uid: more.uid ?? 501, name: 'ana', home, nameOf: async () => 'ana' },
    clock: more.clock ?? real.clock,
  };
  return { manager: launchdAgent(host, home), daemon: launchdDaemon(host, home), commands: processes.commands };
}

const RUNNING = '\tstate = running\n\tpid = 4242\n\truns = 1';
const install = (force = false): Intent => ({
  kind: 'install',
  force,
  wanted: { definition: definition(), environmentFile: undefined },
});
const lines = (steps: readonly Step[]) =>
  steps.map((step) => ('argv' in step ? step.argv.join(' ') : `${step.do} ${'path' in step ? step.path : ''}`));

describe('the domain of an agent', () => {
  const written = (steps: readonly Step[]) => steps.map((step) => (step.do === 'write' ? step.content : '')).join('');

  it('is that of the login at the screen', async () => {
    const { manager } = mac({ 'gui/501': {}, 'user/501': {} });
    expect(await manager.detect()).toBeUndefined();
    const { steps, notes } = await manager.plan(LABEL, install());
    expect(lines(steps).at(-1)).toBe(`launchctl bootstrap gui/501 ${agentFile()}`);
    expect(written(steps)).not.toContain('LimitLoadToSessionType');
    expect(notes).toEqual([]);
  });

  it('over ssh alone is that of any login, for which it has to be made, and says what that means', async () => {
    const { manager } = mac({ 'user/501': {} });
    expect(await manager.detect()).toBeUndefined();
    const { steps, notes } = await manager.plan(LABEL, install());
    expect(lines(steps).at(-1)).toBe(`launchctl bootstrap user/501 ${agentFile()}`);
    expect(written(steps)).toContain('<key>LimitLoadToSessionType</key>\n    <string>Background</string>');
    expect(notes?.join()).toContain('does not start at boot');
  });

  it('of one that is installed is the one that it is for, wherever it is asked from', async () => {
    lies(agentFile(), textOf());
    const { manager } = mac({ 'user/501': {} });
    expect((await manager.plan(LABEL, install())).result).toBe('up-to-date');
    expect(lines((await manager.plan(LABEL, { kind: 'start' })).steps)).toEqual([`launchctl bootstrap gui/501 ${agentFile()}`]);
  });

  it('under sudo is that of whoever typed it, and never root’s', async () => {
    const { manager } = mac({ 'gui/501': {} }, { uid: 0, env: { SUDO_UID: '501', SUDO_USER: 'ana' } });
    expect(await manager.detect()).toBeUndefined();
    expect(lines((await manager.plan(LABEL, install())).steps).at(-1)).toContain('bootstrap gui/501 ');
    const root = mac({ 'user/0': {} }, { uid: 0 });
    expect(await root.manager.detect()).toMatchObject({
      code: 'MANAGER_UNREACHABLE',
      params: { advice: expect.stringContaining('--system') },
    });
  });

  it('is none where nobody is logged in at all, and no launchd where there is no launchctl', async () => {
    expect(await mac({}).manager.detect()).toMatchObject({ code: 'MANAGER_UNREACHABLE' });
    const none = mac({}, { respond: () => ({ code: undefined, failure: 'spawn launchctl ENOENT' }) });
    expect(await none.manager.detect()).toMatchObject({ code: 'MANAGER_MISSING' });
    expect(await none.manager.status(LABEL)).toBeUndefined();
  });

  it('of a daemon is the whole machine', async () => {
    const { daemon } = mac({ system: {} });
    const { steps } = await daemon.plan(LABEL, install());
    expect(lines(steps).at(-1)).toBe(`launchctl bootstrap system /Library/LaunchDaemons/${LABEL}.plist`);
    expect(daemon.options).toBe(' --system --user-name ana');
  });
});

describe('a label that is somebody else’s', () => {
  const plan = () => mac({ 'gui/501': {} }).manager.plan(LABEL, install());

  it('by another case of its letters is the same file on a Mac', async () => {
    lies(agentFile('com.zero.Rescue'), textOf('com.zero.Rescue'));
    await expect(plan()).rejects.toMatchObject({ code: 'SERVICE_NAME_TAKEN', params: { owner: 'com.zero.Rescue' } });
  });

  it('in a file of another name is refused', async () => {
    lies(agentFile('something.else'), textOf());
    await expect(plan()).rejects.toMatchObject({ code: 'SERVICE_NAME_TAKEN', params: { path: agentFile('something.else') } });
  });

  it('under the own supervisor is refused', async () => {
    const env = { POLYGATE_HOME: home };
    lies(path.join(home, '.polygate', 'config', 'services', `${LABEL}.json`), '{}');
    await expect(mac({ 'gui/501': {} }, { env }).manager.plan(LABEL, install())).rejects.toMatchObject({
      code: 'SERVICE_IN_OTHER_SCOPE',
    });
  });

  it('of the account is refused for the whole machine', async () => {
    lies(agentFile(), textOf());
    await expect(mac({ system: {} }).daemon.plan(LABEL, install())).rejects.toMatchObject({ code: 'SERVICE_IN_OTHER_SCOPE' });
  });
});

describe('what is asked for from inside of the service', () => {
  it('is refused where it would end it, and a restart is launchd’s to do', async () => {
    lies(agentFile(), textOf());
    const { manager } = mac({ 'gui/501': { [LABEL]: RUNNING } }, { env: { XPC_SERVICE_NAME: LABEL } });
    for (const intent of [{ kind: 'stop' }, { kind: 'uninstall', stateDir: '/x', force: false }] as Intent[])
      await expect(manager.plan(LABEL, intent)).rejects.toMatchObject({ code: 'SERVICE_IS_OWN' });
    expect(lines((await manager.plan(LABEL, { kind: 'restart' })).steps)).toEqual([`launchctl kickstart -k gui/501/${LABEL}`]);
    expect((await manager.plan(LABEL, install())).result).toBe('up-to-date');
  });
});

describe('applying', () => {
  const refusing = (codes: number[]): Respond => {
    const left = [...codes];
    return (_, argv) => (argv[1] === 'bootstrap' ? { code: left.shift() ?? 0, stderr: 'Bootstrap failed' } : undefined);
  };

  it('tries again while the job of before drains, with whichever status', async () => {
    const { manager, commands } = mac({ 'gui/501': {} }, { respond: refusing([5, 37, 17]), clock: new FakeClock() });
    await manager.apply((await manager.plan(LABEL, install())).steps);
    expect(commands.filter((line) => line.startsWith('launchctl bootstrap'))).toHaveLength(4);
    expect(readFileSync(agentFile(), 'utf8')).toBe(textOf());
  });

  it('gives up after its time, puts the files back, and says what launchd makes of it', async () => {
    const respond: Respond = (_line, argv) => {
      if (argv[1] === 'bootstrap') return { code: 5, stderr: 'Bootstrap failed: 5: Input/output error' };
      return argv[1] === 'print-disabled' ? { stdout: `\t"${LABEL}" => disabled\n` } : undefined;
    };
    lies(agentFile(), textOf().replace('gateway', 'other'));
    const { manager, commands } = mac({ 'gui/501': { [LABEL]: RUNNING } }, { respond, clock: new FakeClock() });
    const steps = (await manager.plan(LABEL, install(true))).steps.filter(({ do: what }) => what !== 'until');
    const error = await manager.apply(steps).catch((caught: unknown) => caught);
    expect(isProblem(error, 'MANAGER_REFUSED') && error.params).toMatchObject({
      ...{ meaning: 'it is disabled', advice: `launchctl enable gui/501/${LABEL}, then again` },
    });
    expect(readFileSync(agentFile(), 'utf8')).toContain('other');
    // What ran before is loaded again, once its file is back.
    expect(commands.filter((line) => line.startsWith('launchctl bootstrap')).length).toBeGreaterThan(2);
    expect(commands).toContain(`launchctl disable gui/501/${LABEL}`);
  });

  it('does not tell a status apart that means «already so»', async () => {
    lies(agentFile(), textOf());
    const respond: Respond = (_, argv) => (argv[1] === 'bootout' ? { code: 36, stderr: 'Boot-out failed: 36' } : undefined);
    const { manager } = mac({ 'gui/501': { [LABEL]: RUNNING } }, { respond, clock: new FakeClock() });
    const [bootout] = (await manager.plan(LABEL, { kind: 'stop' })).steps;
    expect(await manager.apply(bootout ? [bootout] : [])).toMatchObject({ warnings: [] });
  });

  it('waits for the end of a job no longer than it may take', async () => {
    lies(agentFile(), textOf());
    const { manager } = mac({ 'gui/501': { [LABEL]: RUNNING } }, { clock: new FakeClock() });
    const { steps } = await manager.plan(LABEL, { kind: 'stop' });
    await expect(manager.apply(steps)).rejects.toMatchObject({
      code: 'MANAGER_FAILED',
      params: { command: `the end of ${LABEL}` },
    });
  });
});

describe('what it says', () => {
  it('of a job is what launchd has of it, in either domain', async () => {
    lies(agentFile(), textOf());
    expect(await mac({ 'gui/501': { [LABEL]: RUNNING } }).manager.status(LABEL)).toMatchObject({
      state: 'running',
      pid: 4242,
      enabled: true,
    });
    expect(await mac({ 'gui/501': {}, 'user/501': { [LABEL]: RUNNING } }).manager.status(LABEL)).toMatchObject({ pid: 4242 });
    expect(await mac({ 'gui/501': {} }).manager.status(LABEL)).toMatchObject({ state: 'stopped', loaded: false });
  });

  it('of its output is the end of its own files, unless that is of an earlier run', async () => {
    lies(agentFile(), textOf());
    lies(path.join(home, '.zero-rescue', 'logs', 'gateway.err.log'), 'one\ntwo\n\nthree\n');
    const { manager } = mac({ 'gui/501': {} });
    expect(await manager.recentOutput(LABEL, 2)).toEqual(['two', 'three']);
    expect(await manager.recentOutput(LABEL, 2, Date.now() + 60_000)).toEqual([]);
  });

  it('of a plist that cannot be read is why', async () => {
    lies(agentFile(), '<plist>');
    const { manager } = mac({ 'gui/501': {} });
    const inspection = await manager.inspect(LABEL);
    expect(inspection).toMatchObject({ text: '<plist>', definition: undefined });
    expect(manager.audit(inspection)[0]).toMatchObject({ code: 'launchd-plist-unreadable' });
    expect((await manager.plan(LABEL, install())).result).toBe('drifted');
    expect(await manager.list()).toEqual([LABEL]);
  });
});
