import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isProblem, renderProblem, type ServiceDefinition, type Step } from '@polygate/core';
import { RecordingProcesses, type Respond, reading, tempDir } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeHost } from '../node/host.ts';
import type { FileStat, Host } from '../ports.ts';
import type { Intent } from './manager.ts';
import { selectManager } from './select.ts';
import { systemdSystem } from './systemd-system.ts';
import { systemdUser } from './systemd-user.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;

beforeEach(async () => {
  dir = await tempDir();
});
afterEach(() => dir.remove());

const BOOTED = '/run/systemd/system';
const AWAKE = '/run/user/1000/systemd/private';
const LINGERS = '/var/lib/systemd/linger/ana';
const shown =
  (name: string): Respond =>
  (line) =>
    / show /.test(line) ? { stdout: reading('systemctl', name) } : undefined;
const silent =
  (name: string): Respond =>
  () => ({ code: 1, stderr: reading('systemctl', name) });

/** The manager of ana, who has what stands in `there`, and whose systemctl answers as told. */
function manager(
  respond: Respond,
  there: readonly string[] = [BOOTED, AWAKE, LINGERS],
  env: Record<string, string> = {},
  home = dir.path,
  { id = 'systemd-user', files: texts = {} as Record<string, string> } = {},
) {
  const real = nodeHost();
  const processes = new RecordingProcesses(respond);
  const found: FileStat = { kind: 'other', mode: 0o700, uid: 1000, size: 0, modifiedMs: 0 };
  const host: Host = {
    ...real,
    env: { POLYGATE_HOME: dir.path, ...env },
    processes,
    users: { uid: 1000, name: 'ana', home, nameOf: async () => 'ana' },
    files: {
      ...real.files,
      read: async (file) => texts[file] ?? real.files.read(file),
      stat: async (file) => (/^\/(run|var)\//.test(file) ? (there.includes(file) ? found : undefined) : real.files.stat(file)),
    },
  };
  const make = id === 'systemd-system' ? systemdSystem : systemdUser;
  return { ...make(host, dir.path), commands: processes.commands, options: processes.options };
}

const unitPath = () => path.join(dir.path, '.config/systemd/user/zero-gateway.service');

const secretsPath = () => path.join(dir.path, 'service.env');
const wantsPath = () => path.join(path.dirname(unitPath()), 'default.target.wants/zero-gateway.service');

async function putUnit(
  text = `[Service]\nExecStart=/usr/bin/node /old\nWorkingDirectory=${dir.path}\nEnvironmentFile=${secretsPath()}\n`,
): Promise<void> {
  await mkdir(path.dirname(unitPath()), { recursive: true });
  await writeFile(unitPath(), text);
}

const definition: ServiceDefinition = {
  description: 'ZERO Gateway (v0.1.0)',
  argv: ['/usr/bin/node', '/opt/p.mjs'],
  workingDirectory: '/home/ana/.zero',
  environment: {},
  environmentFile: undefined,
  account: undefined,
  notifies: true,
};
const install = (force = false): Intent => ({
  kind: 'install',
  force,
  wanted: { definition, environmentFile: { path: '/s/gateway.env', content: 'A="1"\n' } },
});
const REST = { force: false, stateDir: '/s' };
const uninstall = (stateDir = dir.path, force = false): Intent => ({ kind: 'uninstall', stateDir, force });
const lines = (steps: readonly Step[]) =>
  steps.map((step) => (step.do === 'run' ? step.argv.join(' ') : `${step.do} ${'path' in step ? step.path : step.what}`));

describe('what cannot be read or started', () => {
  const properties =
    (text: string): Respond =>
    (line) =>
      / show /.test(line) ? { stdout: text } : undefined;

  it('a definition that cannot be read is told apart from one that is not there, and a stop needs none', async () => {
    await mkdir(unitPath(), { recursive: true });
    const it = manager(properties('LoadState=not-found\nActiveState=active\n'));
    expect(await it.inspect('zero-gateway')).toMatchObject({ text: undefined, unreadable: { code: 'FILE_FAILED' } });
    await expect(it.plan('zero-gateway', install())).rejects.toMatchObject({ code: 'FILE_FAILED' });
    await expect(it.plan('zero-gateway', { kind: 'start' })).rejects.toMatchObject({ code: 'FILE_FAILED' });
    const { steps } = await it.plan('zero-gateway', { kind: 'stop' });
    expect(lines(steps)).toEqual(['systemctl --user stop zero-gateway.service']);
    expect((await manager(() => undefined).inspect('other')).unreadable).toBeUndefined();
  });

  it('a unit that systemd cannot read is not started, and what is wrong with it is asked', async () => {
    await putUnit();
    const said = `${unitPath()}:3: Unbalanced quoting, ignoring: "x\n`;
    const broken =
      (reload: 'yes' | 'no'): Respond =>
      (line) =>
        / show /.test(line)
          ? { stdout: `LoadState=bad-setting\nActiveState=inactive\nUnitFileState=enabled\nNeedDaemonReload=${reload}\n` }
          : /^systemd-analyze --user verify /.test(line)
            ? { code: 1, stderr: said }
            : undefined;
    const reason = 'line 3: Unbalanced quoting, ignoring: "x';
    expect(await manager(broken('no')).status('zero-gateway')).toMatchObject({ obstacle: 'bad-definition', why: reason });
    for (const kind of ['start', 'restart'] as const)
      await expect(manager(broken('no')).plan('zero-gateway', { kind })).rejects.toMatchObject({
        code: 'SERVICE_BROKEN',
        params: { reason },
      });
    // Changed since: the next start reads it again.
    const { steps } = await manager(broken('yes')).plan('zero-gateway', { kind: 'start' });
    expect(lines(steps)[0]).toBe('systemctl --user daemon-reload');
  });

  it('a mask is what is said of a unit of which there is nothing else', async () => {
    const masked = manager(properties('LoadState=masked\nActiveState=inactive\nUnitFileState=masked\n'));
    const unmask = 'systemctl --user unmask zero-gateway.service';
    expect(await masked.status('zero-gateway')).toMatchObject({ obstacle: 'masked', remedy: unmask });
    for (const kind of ['start', 'restart'] as const)
      await expect(masked.plan('zero-gateway', { kind })).rejects.toMatchObject({ code: 'SERVICE_MASKED', params: { unmask } });
  });

  it('what a service printed is asked for from the run on that is meant', async () => {
    const it = manager(() => ({ stdout: 'error: no\n' }));
    expect(await it.recentOutput('zero-gateway', 5, 1_700_000_000_123)).toEqual(['error: no']);
    expect(it.commands.at(-1)).toContain('--since=@1700000000.123');
  });
});

describe('detect', () => {
  it('finds nothing in the way where systemd runs, also while the account has no manager yet', async () => {
    expect(await manager(() => undefined).detect()).toBeUndefined();
    expect(await manager(() => undefined, [BOOTED]).detect()).toBeUndefined();
  });

  it('says that systemd does not run here, without asking it', async () => {
    const none = manager(() => undefined, []);
    expect(await none.detect()).toMatchObject({ code: 'MANAGER_MISSING' });
    expect(none.commands).toEqual([]);
  });

  it.each([
    ['version-2', 'conf-off', 'off', 'systemd=true'],
    ['version-2', 'conf-on', 'not-restarted', 'wsl --shutdown'],
    ['version-1', 'conf-on', 'version-1', 'wsl --set-version'],
    ['version-debian', 'conf-off', undefined, 'own supervisor'],
  ])('says how to switch systemd on in WSL: %s, %s', async (version, conf, wsl, hint) => {
    const files = { '/proc/version': reading('wsl', version), '/etc/wsl.conf': reading('wsl', conf) };
    for (const id of ['systemd-user', 'systemd-system']) {
      const problem = await manager(() => undefined, [], {}, dir.path, { id, files }).detect();
      expect(problem).toMatchObject({ code: 'MANAGER_MISSING', params: { wsl } });
      expect(problem && renderProblem(problem, { command: 'zero' })).toMatchObject({
        exitCode: 69,
        hint: expect.stringContaining(hint),
      });
      // With systemd on it is a Linux like any other.
      expect(await manager(() => undefined, undefined, {}, dir.path, { id, files }).detect()).toBeUndefined();
    }
  });

  it('refuses a HOME that the manager of the account does not read units below', async () => {
    const other = manager(() => undefined, undefined, {}, '/somewhere/else');
    expect(await other.detect()).toMatchObject({
      code: 'MANAGER_UNREACHABLE',
      params: { advice: 'run it with HOME=/somewhere/else' },
    });
  });
});

describe('every call of the manager', () => {
  it('has the runtime directory of the account that runs it and untranslated texts, whatever the caller’s are', async () => {
    const env = {
      PATH: '/usr/bin',
      HOME: '/home/ana',
      XDG_RUNTIME_DIR: '/run/user/0',
      LANG: 'es_ES.UTF-8',
      ZERO_GATEWAY_TOKEN: 'x',
    };
    const { status, options } = manager(shown('252-show-running'), undefined, env);
    await status('zero-gateway');
    expect(options[0]).toMatchObject({
      env: { PATH: '/usr/bin', HOME: '/home/ana', USER: 'ana', LC_ALL: 'C', XDG_RUNTIME_DIR: '/run/user/1000' },
    });
    expect(JSON.stringify(options)).not.toMatch(/ZERO_GATEWAY_TOKEN|es_ES/);
  });
});

describe('status', () => {
  it('is what systemd says of the unit', async () => {
    expect(await manager(shown('252-show-running')).status('zero-gateway')).toMatchObject({ state: 'running', pid: 134 });
  });

  it('is asked for again once the manager is up that was not when this began', async () => {
    const there = [BOOTED];
    const woken = manager(shown('252-show-running'), there);
    expect(await woken.status('zero-gateway')).toBeUndefined();
    there.push(AWAKE);
    expect(await woken.status('zero-gateway')).toMatchObject({ state: 'running' });
  });

  it('is unknown when the manager cannot be asked', async () => {
    expect(await manager(silent('252-no-manager')).status('zero-gateway')).toBeUndefined();
  });
});

describe('inspect', () => {
  it('reads the unit of the account, or says that there is none', async () => {
    const { inspect } = manager(() => undefined);
    expect(await inspect('zero-gateway')).toEqual({ path: unitPath(), text: undefined, definition: undefined, overrides: [] });
    await putUnit();
    expect((await inspect('zero-gateway')).definition).toMatchObject({ argv: ['/usr/bin/node', '/old'] });
  });
});

describe('plan', () => {
  const notFound = shown('252-show-not-found');

  it('of an install writes the secrets and the unit, and starts it', async () => {
    const { result, steps } = await manager(notFound).plan('zero-gateway', install());
    expect(result).toBe('apply');
    expect(lines(steps)).toEqual([
      'write /s/gateway.env',
      `write ${unitPath()}`,
      'systemctl --user daemon-reload',
      'systemctl --user enable zero-gateway.service',
      'systemctl --user restart zero-gateway.service',
    ]);
    expect(steps[0]).toMatchObject({ mode: 0o600, content: 'A="1"\n' });
  });

  it('asks for lingering where the account does not linger; that may fail while its manager runs', async () => {
    const { steps } = await manager(notFound, [BOOTED, AWAKE]).plan('zero-gateway', install());
    expect(steps[0]).toMatchObject({
      do: 'run',
      argv: ['loginctl', 'enable-linger', 'ana'],
      leaves: { path: path.join(dir.path, '.polygate/state/linger-ana') },
      undo: ['loginctl', 'disable-linger', 'ana'],
      advice: 'The service ends when ana logs out; to keep it: sudo loginctl enable-linger ana',
    });
  });

  it('needs lingering, and waits for the manager that it starts, on an account without one', async () => {
    const asleep = manager(silent('252-no-manager'), [BOOTED]);
    const { steps } = await asleep.plan('zero-gateway', install());
    expect(steps[0]).toMatchObject({
      do: 'run',
      argv: ['loginctl', 'enable-linger', 'ana'],
      undo: ['loginctl', 'disable-linger', 'ana'],
    });
    expect(steps[0]).not.toHaveProperty('advice');
    expect(steps[1]).toMatchObject({ do: 'await', path: AWAKE });
    expect(asleep.commands).toEqual([]);
  });

  it('leaves a unit that differs alone, unless forced', async () => {
    await putUnit();
    expect(await manager(shown('252-show-running')).plan('zero-gateway', install())).toMatchObject({
      result: 'drifted',
      steps: [],
    });
    const forced = await manager(shown('252-show-running')).plan('zero-gateway', install(true));
    expect(forced.result).toBe('apply');
    expect(forced.drift.map((d) => d.field)).toContain('command');
  });

  it('of an uninstall removes the link and the file with the secrets, as far as they are there', async () => {
    await putUnit();
    await writeFile(secretsPath(), 'A="1"\n');
    await mkdir(path.dirname(wantsPath()));
    await symlink(unitPath(), wantsPath());
    const { steps } = await manager(shown('252-show-running')).plan('zero-gateway', uninstall());
    expect(lines(steps)).toEqual([
      'systemctl --user disable --now zero-gateway.service',
      `remove ${unitPath()}`,
      `remove ${wantsPath()}`,
      `remove ${secretsPath()}`,
      'systemctl --user daemon-reload',
      'systemctl --user reset-failed zero-gateway.service',
    ]);
  });

  it("of an uninstall leaves a file alone that somebody else's unit names", async () => {
    await putUnit('[Service]\nExecStart=/usr/bin/node /old\nWorkingDirectory=/s\nEnvironmentFile=/etc/secrets.env\n');
    const { steps } = await manager(shown('252-show-running')).plan('zero-gateway', uninstall());
    expect(lines(steps).join()).not.toContain('secrets.env');
  });

  it('of an uninstall where no manager runs clears the files away', async () => {
    await putUnit();
    await writeFile(secretsPath(), 'A="1"\n');
    const asleep = manager(silent('252-no-manager'), [BOOTED]);
    const { steps } = await asleep.plan('zero-gateway', uninstall());
    expect(lines(steps)).toEqual([`remove ${unitPath()}`, `remove ${secretsPath()}`]);
    expect(asleep.commands).toEqual([]);
  });

  it('of an uninstall clears a half away: a file with secrets and a dead link, without the unit', async () => {
    await mkdir(path.dirname(wantsPath()), { recursive: true });
    await symlink(unitPath(), wantsPath());
    await writeFile(secretsPath(), 'A="1"\n');
    const { steps } = await manager(notFound).plan('zero-gateway', uninstall());
    expect(lines(steps)).toEqual(expect.arrayContaining([`remove ${wantsPath()}`, `remove ${secretsPath()}`]));
  });

  it('of an uninstall switches lingering off where Polygate switched it on and nobody else needs it', async () => {
    await putUnit();
    await mkdir(path.dirname(wantsPath()));
    await symlink(unitPath(), wantsPath());
    const off = 'loginctl disable-linger ana';
    const plan = async () => lines((await manager(shown('252-show-running')).plan('zero-gateway', uninstall())).steps);
    expect(await plan()).not.toContain(off);
    const record = path.join(dir.path, '.polygate/state/linger-ana');
    await mkdir(path.dirname(record), { recursive: true });
    await writeFile(record, 'x');
    expect((await plan()).slice(-2)).toEqual([off, `remove ${record}`]);
    await symlink('/other', path.join(path.dirname(wantsPath()), 'syncthing.service'));
    expect(await plan()).not.toContain(off);
  });

  it.each(['stop', 'uninstall'] as const)('of a %s of nothing is empty where systemd does not run', async (kind) => {
    expect((await manager(() => undefined, []).plan('zero-gateway', { kind, ...REST })).steps).toEqual([]);
  });

  it.each(['stop', 'uninstall'] as const)('of a %s of nothing is empty', async (kind) => {
    expect(await manager(notFound).plan('zero-gateway', { kind, ...REST })).toEqual({
      result: 'up-to-date',
      drift: [],
      steps: [],
    });
  });

  it.each(['start', 'restart'] as const)('of a %s of nothing is refused', async (kind) => {
    await expect(manager(notFound).plan('zero-gateway', { kind })).rejects.toSatisfy((e) =>
      isProblem(e, 'SERVICE_NOT_INSTALLED'),
    );
  });

  it.each([
    ['252-show-running', 'start', []],
    ['252-show-auto-restart-looping', 'start', []],
    ['252-show-stopped', 'start', ['reset-failed', 'start']],
    ['252-show-start-limit-hit', 'start', ['reset-failed', 'start']],
    ['252-show-running', 'stop', ['stop']],
    ['252-show-auto-restart-looping', 'stop', ['stop']],
    ['252-show-deactivating', 'stop', ['stop']],
    ['252-show-stopped', 'stop', []],
    ['252-show-stopped', 'restart', ['reset-failed', 'restart']],
  ] as const)('when systemd says %s, of a %s: %j', async (name, kind, verbs) => {
    await putUnit();
    const { steps } = await manager(shown(name)).plan('zero-gateway', { kind });
    expect(lines(steps)).toEqual(verbs.map((verb) => `systemctl --user ${verb} zero-gateway.service`));
  });

  it('says why the manager cannot be asked, and what to do', async () => {
    await putUnit();
    try {
      await manager(silent('252-no-bus-address')).plan('zero-gateway', { kind: 'stop' });
      expect.unreachable();
    } catch (error) {
      if (!isProblem(error, 'MANAGER_UNREACHABLE')) throw error;
      expect(error.params).toMatchObject({
        manager: 'systemd --user',
        reason: 'Failed to connect to bus: No medium found',
        advice: expect.stringContaining('sudo loginctl enable-linger ana'),
      });
    }
  });
});

describe('recentOutput', () => {
  it('gives the lines of the journal, and none when it has none', async () => {
    const told = (stdout: string) => manager(() => ({ stdout })).recentOutput('zero-gateway', 5);
    expect(await told('one\ntwo\n')).toEqual(['one', 'two']);
    expect(await told('-- No entries --\n')).toEqual([]);
  });
});

describe('selectManager', () => {
  const on = (platform: NodeJS.Platform): Host => ({ ...nodeHost(), platform });

  it('takes the default of the platform, or the one that is named', async () => {
    expect((await selectManager(on('linux'), '/home/ana')).id).toBe('systemd-user');
    expect((await selectManager(on('linux'), '/home/ana', 'systemd-user')).id).toBe('systemd-user');
  });

  it('refuses one that is not of this platform, and a platform without any', async () => {
    await expect(selectManager(on('linux'), '/', 'winsw')).rejects.toThrow('no manager "winsw" on linux');
    await expect(selectManager(on('aix'), '/')).rejects.toThrow('no service manager of aix');
  });
});
