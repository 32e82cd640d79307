import { chmod, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { runCommand, unless, whyNoMount } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { newWorld, type World } from './support/world.ts';

interface Finding {
  id: string;
  code: string;
  severity: 'error' | 'warning' | 'info';
  instances: string[];
  message: string;
  hint: string;
  paths?: string[];
}
interface Audit {
  ok: boolean;
  audited: string[];
  errors: number;
  findings: Finding[];
}

async function audit(world: World, exit: number): Promise<Audit> {
  const ran = await world.zero('profiles', 'audit', '--json');
  expect(ran.code, ran.stdout + ran.stderr).toBe(exit);
  return ran.json<Audit>();
}

const brief = ({ findings }: Audit) =>
  findings.map(({ severity, code, instances }) => `${severity} ${code} ${instances.join('+')}`);

async function setUp(world: World, ...profiles: string[]): Promise<void> {
  for (const profile of profiles) expect((await world.zero('--profile', profile, 'setup')).code).toBe(0);
}

/** Puts keys into the config that set-up wrote. */
async function configure(world: World, profile: string, more: Record<string, unknown>): Promise<void> {
  const file = world.at(`.zero-${profile}/zero.json`);
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...more }));
}

describe('profiles audit', () => {
  it('finds nothing between profiles as setup makes them, of any product', async () => {
    const world = await newWorld();
    expect(await audit(world, 0)).toMatchObject({ ok: true, audited: [], findings: [] });
    await setUp(world, 'main', 'rescue');
    expect(await audit(world, 0)).toMatchObject({ audited: ['zero/main', 'zero/rescue'], errors: 0, findings: [] });
    const text = await world.zero('profiles', 'audit');
    expect(text.stdout.trim()).toBe('2 instances: nothing is shared');
  });

  it('tells of a workspace that the documents put into another profile’s directory, and that this is all', async () => {
    const world = await newWorld();
    for (const args of [[], ['--profile', 'side']])
      expect((await world.polygate('--product', 'openclaw', ...args, 'setup')).code).toBe(0);
    const found = await audit(world, 0);
    expect(brief(found)).toEqual(['info nested-path openclaw/default+openclaw/side']);
    expect(found.findings[0]?.paths).toEqual([world.at('.openclaw/workspace-side'), world.at('.openclaw')]);
  });

  it('finds a state directory under two names, and all that lies in it', async () => {
    const world = await newWorld();
    await setUp(world, 'main');
    await mkdir(world.at('.zero-main/logs'), { recursive: true });
    await symlink(world.at('.zero-main'), world.at('.zero-copy'));
    const { audited, findings } = await audit(world, 1);
    expect(audited).toEqual(['zero/copy', 'zero/main']);
    const shared = findings.filter(({ code }) => code === 'shared-path');
    expect(shared.map(({ severity, message }) => [severity, message.split(':')[0]])).toEqual([
      ['error', 'zero/copy and zero/main share config'],
      ['error', 'zero/copy and zero/main share state directory'],
      // The one config names it.
      ['error', 'zero/copy and zero/main share workspace'],
      ['warning', 'zero/copy and zero/main share logs'],
    ]);
    expect(shared[1]?.paths).toEqual([world.at('.zero-copy'), world.at('.zero-main')]);
    // The one token in it is shared as well.
    expect(findings.some(({ code }) => code === 'shared-secret')).toBe(true);
  });

  it('finds a config, a workspace and credentials that are links or relative ways to another profile’s', async () => {
    const world = await newWorld();
    await setUp(world, 'a', 'b', 'c');
    await mkdir(world.at('.zero-a/credentials'), { mode: 0o700 });
    await symlink('../.zero-a/credentials', world.at('.zero-b/credentials'));
    await mkdir(world.at('.zero-a/identity'));
    await writeFile(world.at('.zero-a/identity/device.json'), '{}', { mode: 0o600 });
    await symlink(world.at('.zero-a/identity'), world.at('.zero-c/identity'));
    await configure(world, 'c', { agents: { defaults: { workspace: `${world.home}/x/.././/zero-b/` } } });
    await rename(world.at('.zero-b/zero.json'), world.at('b.json'));
    await symlink(world.at('b.json'), world.at('.zero-b/zero.json'));
    const { findings } = await audit(world, 1);
    expect(findings.filter(({ severity }) => severity === 'error').map(({ message }) => message.split(':')[0])).toEqual([
      'zero/a and zero/b share credentials',
      'zero/a and zero/c share device identity',
      'zero/b and zero/c share workspace',
    ]);
  });

  const noMount = whyNoMount();
  it.skipIf(noMount !== undefined)(unless(noMount, 'finds one directory behind a bind mount'), async () => {
    const world = await newWorld();
    await setUp(world, 'main');
    await mkdir(world.at('.zero-bound'));
    const script = `mount -n --bind "$1" "$2" && shift 2 && exec "$@"`;
    const ran = await runCommand(
      [
        ...['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh'],
        ...[world.at('.zero-main'), world.at('.zero-bound')],
        ...world.command('profiles', 'audit', '--json'),
      ],
      { env: world.env },
    );
    expect(ran.code, ran.stderr).toBe(1);
    const errors = ran.json<Audit>().findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ message }) => message.split(':')[0])).toEqual([
      'zero/bound and zero/main share config',
      'zero/bound and zero/main share state directory',
      'zero/bound and zero/main share workspace',
    ]);
  });

  it('finds profiles whose names differ only in the case of letters', async () => {
    const world = await newWorld();
    for (const name of ['Main', 'main']) {
      await mkdir(world.at(`.zero-${name}`), { mode: 0o700 });
      await writeFile(world.at(`.zero-${name}/zero.json`), '{}', { mode: 0o600 });
    }
    expect(brief(await audit(world, 1))).toEqual(
      expect.arrayContaining(['error shared-name zero/Main+zero/main', 'warning case-only zero/Main+zero/main']),
    );
  });

  it('finds one bot in two profiles without ever printing its token, and tells it in status, too', async () => {
    const world = await newWorld();
    await setUp(world, 'a', 'b', 'c', 'd');
    const canary = '123456:canary-of-a-bot';
    await configure(world, 'a', { channels: { telegram: { botToken: canary } } });
    await configure(world, 'b', { channels: { telegram: { accounts: { work: { botToken: canary } } } } });
    await configure(world, 'c', { channels: { telegram: { botToken: '${BOT}' } }, env: { vars: { BOT: canary } } });
    await configure(world, 'd', { channels: { telegram: { botToken: canary, enabled: false } } });
    const [json, text, status, deep] = await Promise.all([
      world.zero('profiles', 'audit', '--json'),
      world.zero('profiles', 'audit'),
      world.zero('--profile', 'a', 'gateway', 'status', '--deep', '--json'),
      world.zero('--profile', 'a', 'gateway', 'status', '--deep'),
    ]);
    const errors = json.json<Audit>().findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, instances }) => [code, instances])).toEqual([['shared-secret', ['zero/a', 'zero/b', 'zero/c']]]);
    expect(errors[0]?.id).toBe(
      'shared-secret:zero/a+zero/b+zero/c:channels.telegram.accounts.work.botToken+channels.telegram.botToken',
    );
    expect(status.json<{ isolation: Finding[] }>().isolation).toEqual(json.json<Audit>().findings);
    expect(deep.stdout).toContain('Isolation:');
    expect(text.stdout).toContain('have one channel account in common');
    const said = [json, text, status, deep].map(({ stdout, stderr }) => stdout + stderr).join();
    expect(said).not.toContain('canary');
    // Nor anything that could be tried against guesses.
    expect(said).not.toMatch(/[0-9a-f]{64}/);
    expect(
      (await world.zero('--profile', 'd', 'gateway', 'status', '--deep', '--json')).json<{ isolation: Finding[] }>().isolation,
    ).toEqual([]);
  });

  it('finds what other accounts may read', async () => {
    const world = await newWorld();
    await setUp(world, 'main');
    await chmod(world.at('.zero-main'), 0o755);
    await chmod(world.at('.zero-main/zero.json'), 0o644);
    const { findings } = await audit(world, 1);
    expect(findings.map(({ severity, hint }) => [severity, hint])).toEqual([
      ['error', `chmod 600 ${world.at('.zero-main/zero.json')}`],
      ['warning', `chmod 700 ${world.at('.zero-main')}`],
    ]);
  });

  it('finds two set-ups of one name, each with its own paths', async () => {
    const world = await newWorld();
    const elsewhere = { ZERO_STATE_DIR: world.at('srv/work') };
    expect((await world.run(world.command('--profile', 'work', 'setup'), elsewhere)).code).toBe(0);
    await mkdir(world.at('.zero-work'), { mode: 0o700 });
    await writeFile(world.at('.zero-work/zero.json'), '{}', { mode: 0o600 });
    const { findings } = await audit(world, 1);
    const ids = [`zero/work at ${world.at('.zero-work')}`, `zero/work at ${world.at('srv/work')}`];
    expect(findings.map(({ code, instances }) => [code, instances])).toEqual([
      ['shared-name', ids],
      // A workspace that nothing says otherwise of goes by the name.
      ['shared-path', ids],
    ]);
  });

  it('says what it could not look at', async () => {
    const world = await newWorld();
    await setUp(world, 'main');
    await writeFile(world.at('.zero-main/zero.json'), '{ gateway: ');
    const { findings, audited } = await audit(world, 0);
    expect([audited, findings.map(({ code }) => code)]).toEqual([['zero/main'], ['not-audited']]);
    expect(findings[0]?.message).toContain('is not valid JSON5');
  });
});
