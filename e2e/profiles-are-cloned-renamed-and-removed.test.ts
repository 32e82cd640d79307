import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { startCommand } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { startGateway } from './support/gateway.ts';
import { newWorld, type World } from './support/world.ts';

interface Row {
  id: string;
  stateDir: string;
  verdict: string | null;
  pid: number | null;
  found: string[];
  ports: { gateway: number };
}

const list = async (world: World, ...args: string[]) =>
  (await world.polygate('profiles', 'list', '--json', ...args)).json<{ instances: Row[]; unfinished: unknown }>();
const ids = async (world: World) => (await list(world)).instances.map(({ id }) => id);
const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
const tokenIn = async (file: string) => /"?token"?: ["']([0-9a-f]{48})/.exec(await readFile(file, 'utf8'))?.[1];

describe('profiles show and create', () => {
  it('make a profile that is not there yet, and show one that is', async () => {
    const world = await newWorld();
    const made = await world.zero('profiles', 'create', 'rescue', '--json');
    expect(made.json()).toMatchObject({ ok: true, result: 'created', instance: { id: 'zero/rescue' } });
    expect((await world.zero('profiles', 'create', 'openclaw/Rescue', '--json')).json()).toMatchObject({
      instance: { id: 'openclaw/Rescue' },
    });
    const again = await world.zero('profiles', 'create', 'RESCUE', '--json');
    expect(again.code).toBe(1);
    expect(again.json()).toMatchObject({ error: { code: 'PROFILE_EXISTS' } });
    expect((await world.zero('profiles', 'show', 'rescue', '--json')).json()).toMatchObject({
      ok: true,
      instance: { id: 'zero/rescue', stateDir: world.at('.zero-rescue') },
      found: ['ledger', 'disk'],
      configured: true,
      pid: null,
    });
    const unknown = await world.zero('profiles', 'show', 'nosuch', '--json');
    expect(unknown.code).toBe(3);
    expect(unknown.json()).toMatchObject({ error: { code: 'PROFILE_UNKNOWN' } });
  });
});

describe('profiles list', () => {
  it('knows a profile from the ledger, the disk or a service, says which, and asks it only with --probe', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world, 'main');
    await mkdir(world.at('.openclaw'));
    await writeFile(world.at('.openclaw/openclaw.json'), `{ gateway: { mode: 'local', port: ${world.firstPort + 700} } }`);
    await mkdir(world.at('.config/systemd/user'), { recursive: true });
    await writeFile(
      world.at('.config/systemd/user/moltbot-gateway-far.service'),
      `[Service]\nExecStart=/usr/bin/node /x/entry.js gateway --port 19001\nEnvironment=CLAWDBOT_PROFILE=far\nEnvironment=CLAWDBOT_STATE_DIR=${world.at('far')}\n`,
    );
    await mkdir(world.at('far'));
    await writeFile(world.at('far/moltbot.json'), '{}');
    const { instances } = await list(world);
    expect(instances.map(({ id, found, verdict, pid }) => [id, found, verdict, pid])).toEqual([
      ['moltbot/far', ['definition'], null, null],
      ['openclaw/default', ['disk'], null, null],
      ['zero/main', ['ledger', 'disk'], null, null],
    ]);
    const probed = (await list(world, '--probe')).instances.find(({ id }) => id === 'zero/main');
    expect(probed).toMatchObject({ verdict: 'healthy', pid: gateway.running.pid });
  });

  it('recognises what the tools of the family made as it is, and neither renames nor changes it by looking', async () => {
    const world = await newWorld();
    // The shape of a state directory of clawdbot 2026.1 and of openclaw 2026.9: much besides the config.
    for (const [folder, config] of [
      ['.clawdbot-rescue', 'clawdbot.json'],
      ['.openclaw-rescue', 'openclaw.json'],
    ] as const) {
      for (const part of ['agents/main/sessions', 'credentials', 'identity', 'logs'])
        await mkdir(world.at(folder, part), { recursive: true });
      await writeFile(
        world.at(folder, config),
        `{ gateway: { mode: 'local', port: ${world.firstPort + 300} }, wizard: {} } // theirs`,
      );
      await writeFile(world.at(folder, 'identity/device.json'), '{}');
    }
    expect(await ids(world)).toEqual(['clawdbot/rescue', 'openclaw/rescue']);
    const renamed = await world.polygate('profiles', 'rename', 'openclaw/rescue', 'spare', '--json');
    expect(renamed.json(), renamed.stdout).toMatchObject({ ok: true, instance: { id: 'openclaw/spare', program: null } });
    expect(await readFile(world.at('.openclaw-spare/openclaw.json'), 'utf8')).toContain('// theirs');
    expect(await readdir(world.at('.openclaw-spare/identity'))).toEqual(['device.json']);
    expect(await ids(world)).toEqual(['clawdbot/rescue', 'openclaw/spare']);
  });
});

describe('profiles clone', () => {
  async function original(): Promise<World> {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    const file = world.at('.zero-main/zero.json');
    const config = (await readFile(file, 'utf8')).trim().replace(
      /\}$/,
      `, // mine
  "channels": { "telegram": { "botToken": "123:secret", "enabled": true } },
  "browser": { "profiles": { "work": { "cdpPort": ${world.firstPort + 50}, "color": "#00AA00" } } }
}`,
    );
    await writeFile(file, config);
    await writeFile(world.at('zero-main/NOTES.md'), 'notes');
    await symlink(world.at('.zero-main/zero.json'), world.at('zero-main/leak'));
    await mkdir(world.at('.zero-main/credentials/whatsapp'), { recursive: true });
    await writeFile(world.at('.zero-main/credentials/whatsapp/creds.json'), '{}');
    await mkdir(world.at('.zero-main/identity'));
    await writeFile(world.at('.zero-main/identity/device.json'), '{}');
    return world;
  }

  it('makes one with ports and a token of its own, its config with comments, its workspace, and no secret', async () => {
    const world = await original();
    const done = await world.zero('profiles', 'clone', 'main', 'trial', '--json');
    expect(done.json(), done.stdout).toMatchObject({
      ...{ ok: true, result: 'cloned', from: 'zero/main' },
      instance: { id: 'zero/trial', program: 'reference', ports: { gateway: world.firstPort + 1000, cdp: { leased: {} } } },
      leftOut: [
        { path: 'browser.profiles.work.cdpPort', why: 'port' },
        { path: 'channels.telegram.botToken', why: 'secret' },
      ],
      warnings: [expect.stringContaining(world.at('zero-main/leak'))],
    });
    const text = await readFile(world.at('.zero-trial/zero.json'), 'utf8');
    expect(text).toContain('// mine');
    expect(text).toContain('#00AA00');
    expect(text).not.toContain('123:secret');
    expect((await stat(world.at('.zero-trial/zero.json'))).mode & 0o777).toBe(0o600);
    expect(await tokenIn(world.at('.zero-trial/zero.json'))).toBeDefined();
    expect(await tokenIn(world.at('.zero-trial/zero.json'))).not.toBe(await tokenIn(world.at('.zero-main/zero.json')));
    expect(await readFile(world.at('zero-trial/NOTES.md'), 'utf8')).toBe('notes');
    expect(await readdir(world.at('.zero-trial'))).toEqual(['zero.json']);
    expect(await exists(world.at('zero-trial/leak'))).toBe(false);
    await world.start('--profile', 'trial', 'gateway').readUntil(/listening on/);
  });

  it('copies secrets only when they are asked for, and the device identity never', async () => {
    const world = await original();
    await world.zero('profiles', 'clone', 'main', 'trial', '--with-secrets');
    expect(await readFile(world.at('.zero-trial/zero.json'), 'utf8')).toContain('123:secret');
    expect(await tokenIn(world.at('.zero-trial/zero.json'))).not.toBe(await tokenIn(world.at('.zero-main/zero.json')));
    expect((await readdir(world.at('.zero-trial'))).sort()).toEqual(['credentials', 'zero.json']);
  });

  it('is refused onto something, of another product, or of nothing, and leaves no trace', async () => {
    const world = await original();
    await mkdir(world.at('zero-taken'));
    for (const [from, to, code] of [
      ['main', 'main', 'PROFILE_EXISTS'],
      ['main', 'taken', 'PROFILE_EXISTS'],
      ['main', 'openclaw/x', 'USAGE'],
      ['nosuch', 'x', 'PROFILE_UNKNOWN'],
      ['main', 'bad name', 'PROFILE_NAME_INVALID'],
    ] as const)
      expect((await world.zero('profiles', 'clone', from, to, '--json')).json(), `${from} ${to}`).toMatchObject({
        error: { code },
      });
    expect((await world.zero('profiles', 'clone', 'main', 'x', '--dry-run', '--json')).json()).toMatchObject({
      result: 'planned',
    });
    expect(await ids(world)).toEqual(['zero/main']);
    expect(await exists(world.at('.zero-x'))).toBe(false);
  });
});

describe('profiles rename', () => {
  it('moves state, workspace, settings and record, keeps port and token, and the gateway starts under the new name', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    const token = await tokenIn(world.at('.zero-main/zero.json'));
    const shown = await world.zero('profiles', 'rename', 'main', 'work', '--dry-run', '--json');
    expect(shown.json()).toMatchObject({
      result: 'planned',
      plan: {
        moves: [
          { from: world.at('zero-main'), to: world.at('zero-work') },
          { from: world.at('.zero-main'), to: world.at('.zero-work') },
        ],
      },
    });
    expect(shown.stdout).not.toContain(token);
    expect(await ids(world)).toEqual(['zero/main']);

    const done = await world.zero('profiles', 'rename', 'main', 'work', '--json');
    expect(done.json(), done.stdout).toMatchObject({
      ...{ ok: true, result: 'renamed', from: 'zero/main', warnings: [] },
      instance: {
        ...{ id: 'zero/work', stateDir: world.at('.zero-work'), workspace: world.at('zero-work'), program: 'reference' },
        ports: { gateway: world.firstPort },
      },
    });
    expect(await tokenIn(world.at('.zero-work/zero.json'))).toBe(token);
    expect(await exists(world.at('.zero-main'))).toBe(false);
    await world.start('--profile', 'work', 'gateway').readUntil(/listening on/);
  });

  it('leaves no good config to go back to that names the old places', async () => {
    const world = await newWorld();
    const { running, stateDir } = await startGateway(world);
    const kept = async (dir: string) => (await readdir(`${dir}/config-history`).catch(() => [])).length;
    await expect.poll(() => kept(stateDir), { timeout: 20_000 }).toBe(1);
    await running.stop();
    expect((await world.zero('profiles', 'rename', 'main', 'work', '--json')).code).toBe(0);
    expect(await kept(world.at('.zero-work'))).toBe(0);
    const next = world.start('--profile', 'work', 'gateway');
    await next.readUntil(/listening on/);
    await expect.poll(() => kept(world.at('.zero-work')), { timeout: 20_000 }).toBe(1);
  });

  it('is refused while a gateway runs, also one that wrote no lock, and while a service names the profile', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world, 'main');
    const rename = async () => (await world.zero('profiles', 'rename', 'main', 'work', '--json')).json();
    expect(await rename()).toMatchObject({
      error: { code: 'PROFILE_RUNNING', message: expect.stringContaining(`pid ${gateway.running.pid}`) },
    });
    await writeFile(world.at('.zero-main/gateway.lock'), '{}');
    expect(await rename()).toMatchObject({ error: { code: 'PROFILE_RUNNING' } });
    expect((await world.zero('profiles', 'remove', 'main', '--yes', '--json')).json()).toMatchObject({
      error: { code: 'PROFILE_RUNNING' },
    });
    await gateway.running.stop();

    const unit = world.at('.config/systemd/user/zero-gateway-main.service');
    await mkdir(world.at('.config/systemd/user'), { recursive: true });
    await writeFile(unit, `[Service]\nExecStart=/usr/bin/zero gateway\nEnvironment=ZERO_STATE_DIR=${world.at('.zero-main')}\n`);
    expect(await rename()).toMatchObject({
      error: { code: 'SERVICE_STILL_INSTALLED', hint: 'polygate --product zero --profile main gateway uninstall' },
    });
    expect(await exists(world.at('.zero-main/zero.json'))).toBe(true);
  });

  it('keeps a state directory that was chosen, and a config that lies elsewhere', async () => {
    const world = await newWorld();
    const env = { ZERO_CONFIG_PATH: world.at('.zero/main.json'), ZERO_STATE_DIR: world.at('.zero-main') };
    await world.run(world.command('setup'), env);
    expect((await world.zero('profiles', 'rename', 'main', 'work', '--json')).json()).toMatchObject({
      instance: { id: 'zero/work', stateDir: world.at('.zero-work'), configPath: world.at('.zero/main.json') },
    });
    expect(await readFile(world.at('.zero/main.json'), 'utf8')).toContain(world.at('zero-work'));
  });

  it('moves a link and not what it leads to', async () => {
    const world = await newWorld();
    await mkdir(world.at('disk/zero-main'), { recursive: true });
    await symlink(world.at('disk/zero-main'), world.at('.zero-main'));
    await world.zero('--profile', 'main', 'setup');
    await world.zero('profiles', 'rename', 'main', 'work');
    expect(await readlink(world.at('.zero-work'))).toBe(world.at('disk/zero-main'));
    expect(await ids(world)).toEqual(['zero/work']);
    await world.zero('profiles', 'remove', 'work', '--yes');
    expect(await exists(world.at('disk/zero-main/zero.json'))).toBe(true);
    expect(await ids(world)).toEqual([]);
  });

  it('takes everything back when it fails half way', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    // The settings of the new name cannot be written: it is the last step.
    await mkdir(world.at('.config/polygate/instances/zero/work.json'), { recursive: true });
    const failed = await world.zero('profiles', 'rename', 'main', 'work', '--json');
    expect(failed.json()).toMatchObject({ ok: false });
    expect(await exists(world.at('.zero-work'))).toBe(false);
    expect(await readFile(world.at('.zero-main/zero.json'), 'utf8')).toContain(world.at('zero-main'));
    expect(await list(world)).toMatchObject({ instances: [{ id: 'zero/main' }], unfinished: null });
  });

  it('killed at any moment loses no profile: the same command again completes it', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'p0', 'setup');
    const token = await tokenIn(world.at('.zero-p0/zero.json'));
    for (const [i, ms] of [50, 85, 120, 155].entries()) {
      const args = ['profiles', 'rename', `p${i}`, `p${i + 1}`];
      const running = startCommand(world.command(...args), { env: world.env, cwd: world.home });
      // About the time that a command takes, from its beginning to its end.
      await delay(ms);
      await running.stop('SIGKILL');
      const again = await world.zero(...args, '--json');
      // Nothing to do any more when it had come to its end.
      if (again.code !== 0) expect(again.json()).toMatchObject({ error: { code: 'PROFILE_UNKNOWN' } });
      expect(await ids(world), `killed ${i}`).toEqual([`zero/p${i + 1}`]);
      expect(await tokenIn(world.at(`.zero-p${i + 1}/zero.json`))).toBe(token);
      expect(await exists(world.at(`zero-p${i + 1}/AGENTS.md`))).toBe(true);
    }
  }, 120_000);

  it('interrupted, is told by every command about that profile, and finished by the next change of any', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'main', 'setup');
    await world.zero('--profile', 'other', 'setup');
    // What SIGKILL leaves: the record, and one of the moves done.
    const record = {
      ...{
        version: 1,
        kind: 'rename',
        title: 'rename of zero/main to zero/work',
        command: 'zero profiles rename zero/main work',
      },
      concerns: ['zero/main', 'zero/work'],
      steps: [
        { do: 'move', from: world.at('zero-main'), to: world.at('zero-work') },
        { do: 'move', from: world.at('.zero-main'), to: world.at('.zero-work') },
      ],
      ...{ ledger: { drop: { product: 'zero', stateDir: world.at('.zero-main') } }, after: [] },
    };
    await writeFile(world.at('.local/share/polygate/unfinished-change.json'), JSON.stringify(record));
    await chmod(world.at('.local/share/polygate/unfinished-change.json'), 0o600);
    for (const args of [['setup'], ['status'], ['gateway'], ['profiles', 'show'], ['browser', 'profiles', 'create', 'work']]) {
      const refused = await world.zero('--profile', 'main', ...args, '--json');
      expect(refused.code, args.join(' ')).toBe(75);
      expect(refused.json(), args.join(' ')).toMatchObject({
        error: { code: 'CHANGE_UNFINISHED', hint: expect.stringContaining('zero profiles rename zero/main work') },
      });
    }
    expect((await world.zero('--profile', 'other', 'paths')).code).toBe(0);
    expect((await list(world)).unfinished).toMatchObject({ command: 'zero profiles rename zero/main work' });
    const next = await world.zero('profiles', 'create', 'third');
    expect(next.stderr).toContain('Finished first: rename of zero/main to zero/work.');
    expect(await ids(world)).toEqual(['zero/other', 'zero/third', 'zero/work']);
  });
});

describe('profiles remove', () => {
  it('asks, or needs --yes where nobody can be asked, and shows what would go', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'trial', 'setup');
    const refused = await world.zero('profiles', 'remove', 'trial', '--json');
    expect(refused.code).toBe(2);
    expect(refused.json()).toMatchObject({ error: { code: 'USAGE', message: expect.stringContaining('--yes') } });
    const removes = [world.at('.zero-trial'), world.at('zero-trial'), world.at('.config/polygate/instances/zero/trial.json')];
    expect((await world.zero('profiles', 'remove', 'trial', '--dry-run', '--json')).json()).toMatchObject({
      ...{ result: 'planned', id: 'zero/trial', plan: { removes } },
    });
    expect(await ids(world)).toEqual(['zero/trial']);
    expect((await world.zero('profiles', 'remove', 'trial', '--yes', '--json')).json()).toMatchObject({
      ...{ ok: true, result: 'removed', plan: { removes } },
    });
    for (const path of removes) expect(await exists(path), path).toBe(false);
    expect(await ids(world)).toEqual([]);
    expect((await readdir(world.home)).sort()).toEqual(['.config', '.local']);
    expect((await world.zero('profiles', 'remove', 'trial', '--yes')).code).toBe(3);
  });

  it('never deletes what is another instance’s: a workspace in the state, a config beside its own', async () => {
    const world = await newWorld();
    await world.polygate('profiles', 'create', 'openclaw/default');
    await world.polygate('profiles', 'create', 'openclaw/rescue');
    const rescue = world.at('.openclaw/workspace-rescue');
    const removed = await world.polygate('profiles', 'remove', 'openclaw/default', '--yes', '--json');
    expect(removed.json()).toMatchObject({ ok: true, warnings: [expect.stringContaining(rescue)] });
    expect(await readdir(world.at('.openclaw'))).toEqual(['workspace-rescue']);
    expect(await exists(`${rescue}/AGENTS.md`)).toBe(true);

    const env = { ZERO_CONFIG_PATH: world.at('.zero/main.json'), ZERO_STATE_DIR: world.at('.zero-main') };
    await world.zero('setup');
    await world.run(world.command('setup'), env);
    await world.zero('profiles', 'remove', 'default', '--yes');
    expect(await readdir(world.at('.zero'))).toEqual(['main.json']);
    await world.zero('profiles', 'remove', 'main', '--yes');
    expect(await readdir(world.at('.zero'))).toEqual([]);
    expect(await ids(world)).toEqual(['openclaw/rescue']);
  });

  it('leaves a workspace that was chosen by hand or is asked to be kept, and what links lead to', async () => {
    const world = await newWorld();
    await world.zero('--profile', 'a', 'setup', '--workspace', world.at('projects'));
    await world.zero('--profile', 'b', 'setup');
    await writeFile(world.at('outside'), 'kept');
    await symlink(world.at('outside'), world.at('.zero-a/link'));
    const a = await world.zero('profiles', 'remove', 'a', '--yes', '--json');
    expect(a.json()).toMatchObject({ warnings: [expect.stringContaining('was chosen by hand')] });
    await world.zero('profiles', 'remove', 'b', '--yes', '--keep-workspace');
    expect(await exists(world.at('projects/AGENTS.md'))).toBe(true);
    expect(await exists(world.at('zero-b/AGENTS.md'))).toBe(true);
    expect(await readFile(world.at('outside'), 'utf8')).toBe('kept');
    expect(await exists(world.at('.zero-a'))).toBe(false);
  });

  it('refuses a state directory that is more than one instance', async () => {
    const world = await newWorld();
    await world.run(world.command('--profile', 'odd', 'setup'), { ZERO_STATE_DIR: world.home });
    const refused = await world.zero('profiles', 'remove', 'odd', '--yes', '--json');
    expect(refused.json()).toMatchObject({ error: { code: 'PATH_PROTECTED' } });
    expect(await exists(world.at('zero.json'))).toBe(true);
  });
});
