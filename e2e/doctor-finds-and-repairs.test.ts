import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newWorld, type World } from './support/world.ts';

interface Finding {
  code: string;
  severity: 'error' | 'warning' | 'info';
  instance: string;
  message: string;
  fix: string;
  repair?: string;
  paths?: string[];
}
interface Report {
  ok: boolean;
  instance: { id: string };
  rules: number;
  errors: number;
  findings: Finding[];
  repairs?: { repair: string; codes: string[]; ok: boolean; message: string; diff?: string[]; backups?: string[] }[];
}

/** What a temporary home on any machine has: nobody's service manager, and a HOME that is not the account's. */
const OF_THE_WORLD = ['manager-unreachable', 'shell-home-differs', 'shell-is-root', 'service-not-installed', 'node-untested'];
const codes = ({ findings }: Report) => findings.map(({ code }) => code).filter((code) => !OF_THE_WORLD.includes(code));

async function doctor(world: World, exit: number, ...args: string[]): Promise<Report & { said: string }> {
  const ran = await world.zero('--profile', 'main', 'doctor', '--json', ...args);
  expect(ran.code, ran.stdout + ran.stderr).toBe(exit);
  return { ...ran.json<Report>(), said: ran.stdout + ran.stderr };
}

async function setUpWorld(...profiles: string[]): Promise<World> {
  const world = await newWorld();
  for (const profile of ['main', ...profiles]) expect((await world.zero('--profile', profile, 'setup')).code).toBe(0);
  return world;
}

const configOf = (world: World) => world.at('.zero-main/zero.json');
async function edit(world: World, change: (config: Record<string, Record<string, unknown>>) => void): Promise<void> {
  const config = JSON.parse(await readFile(configOf(world), 'utf8'));
  change(config);
  await writeFile(configOf(world), JSON.stringify(config, null, 2));
}
const modeOf = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

/** Every file below a directory with its content and mode. */
async function treeOf(dir: string): Promise<Record<string, string>> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.sort().map(async (file) => [file, `${await modeOf(file)} ${await readFile(file, 'utf8')}`] as const)),
  );
}

describe('doctor', () => {
  it('runs all rules, finds nothing in what setup made, and changes nothing', async () => {
    const world = await setUpWorld();
    const before = await treeOf(world.home);
    const report = await doctor(world, 0, '--deep');
    expect(report).toMatchObject({ ok: true, errors: 0, instance: { id: 'zero/main' } });
    expect([codes(report), report.repairs]).toEqual([[], undefined]);
    expect(report.rules).toBeGreaterThanOrEqual(30);
    expect(await treeOf(world.home)).toEqual(before);
    expect((await doctor(world, 0, '--fix')).repairs).toEqual([]);
    const text = await world.zero('--profile', 'main', 'doctor');
    expect(text.stdout).toContain(`zero/main: ${report.rules} rules, `);
  });

  it('says of a profile that was never set up how to set it up', async () => {
    const world = await newWorld();
    const report = await doctor(world, 1, '--fix');
    expect(codes(report)).toEqual(['config-missing', 'state-dir-missing']);
    expect(report.findings[0]?.fix).toBe('zero --profile main setup');
    expect(await readdir(world.home)).not.toContain('.zero-main');
  });

  it('closes what others may read, and removes what killed processes left', async () => {
    const world = await setUpWorld();
    const left = [world.at('.zero-main/gateway.lock'), world.at('.zero-main/.zero.json.4194999.x1')];
    await writeFile(left[0] as string, '{"pid":4194999,"stamp":"gone"}', { mode: 0o600 });
    await writeFile(left[1] as string, '{');
    await chmod(world.at('.zero-main'), 0o755);
    await chmod(configOf(world), 0o644);
    const found = await doctor(world, 1);
    expect(codes(found)).toEqual(['config-readable', 'state-dir-readable', 'stale-lock', 'leftover-files']);
    expect(found.findings.map(({ fix }) => fix)).toEqual(
      expect.arrayContaining([`chmod 600 ${configOf(world)}`, `rm ${left[0]}`]),
    );
    const fixed = await doctor(world, 0, '--fix');
    expect(fixed.repairs?.map(({ repair, ok }) => [repair, ok])).toEqual([
      ['tidy', true],
      ['mode', true],
    ]);
    expect(fixed.repairs?.[1]?.diff).toEqual(expect.arrayContaining([`# ${configOf(world)}`, '- mode 0644', '+ mode 0600']));
    expect(codes(fixed)).toEqual([]);
    expect([await modeOf(configOf(world)), await modeOf(world.at('.zero-main'))]).toEqual(['600', '700']);
    for (const file of left) await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('completes a config that lacks what it takes to start, with a backup, and shows no secret', async () => {
    const world = await setUpWorld();
    await edit(world, (config) => {
      delete config.gateway?.mode;
      delete config.gateway?.auth;
    });
    const before = await readFile(configOf(world), 'utf8');
    expect(codes(await doctor(world, 1))).toEqual(['gateway-mode-unset', 'gateway-auth-missing']);
    const fixed = await doctor(world, 0, '--fix');
    expect(fixed.repairs).toMatchObject([{ repair: 'config', ok: true, backups: [`${configOf(world)}.bak`] }]);
    expect(await readFile(`${configOf(world)}.bak`, 'utf8')).toBe(before);
    const after = JSON.parse(await readFile(configOf(world), 'utf8')) as { gateway: { mode: string; auth: { token: string } } };
    expect(after.gateway.mode).toBe('local');
    expect(after.gateway.auth.token).toMatch(/^[0-9a-f]{48}$/);
    expect(fixed.repairs?.[0]?.diff?.join()).toContain('"mode": "local"');
    // Shown to a person before it was done, without the value.
    expect(fixed.said).toContain('+ gateway.auth.token: "***"');
    expect(fixed.said).not.toContain(after.gateway.auth.token);
  });

  it('leaves a config alone that it cannot read, and tells the line', async () => {
    const world = await setUpWorld();
    await writeFile(configOf(world), '{\n  gateway: \n');
    const report = await doctor(world, 1, '--fix');
    expect(codes(report)).toContain('config-invalid');
    expect(report.findings.find(({ code }) => code === 'config-invalid')?.message).toMatch(/line \d/);
    expect(await readFile(configOf(world), 'utf8')).toBe('{\n  gateway: \n');
  });

  it('makes a damaged ledger anew from the disk, and keeps the damaged one', async () => {
    const world = await setUpWorld('rescue');
    const ledger = world.at('.local/share/polygate/ledger.json');
    await writeFile(ledger, '{ torn');
    expect(codes(await doctor(world, 1))).toContain('ledger-damaged');
    const fixed = await doctor(world, 0, '--fix');
    expect(fixed.repairs).toMatchObject([{ repair: 'ledger', ok: true }]);
    const { instances } = JSON.parse(await readFile(ledger, 'utf8')) as { instances: { profile: string }[] };
    expect(instances.map(({ profile }) => profile).sort()).toEqual(['main', 'rescue']);
    expect((await readdir(path.dirname(ledger))).some((name) => name.startsWith('ledger.json.corrupt-'))).toBe(true);
  });

  it('records an instance again that the ledger does not have', async () => {
    const world = await setUpWorld();
    const ledger = world.at('.local/share/polygate/ledger.json');
    await writeFile(ledger, '{"version":1,"instances":[]}');
    expect(codes(await doctor(world, 0))).toEqual(['ledger-entry-missing']);
    expect(codes(await doctor(world, 0, '--fix'))).toEqual([]);
    expect(await readFile(ledger, 'utf8')).toContain('"main"');
  });

  it('repairs this instance alone, whatever the shell says, and never another one', async () => {
    const world = await setUpWorld('other');
    for (const profile of ['main', 'other']) await chmod(world.at(`.zero-${profile}/zero.json`), 0o644);
    const ran = await world.run(world.command('--profile', 'main', 'doctor', '--fix', '--deep', '--json'), {
      ...{ ZERO_GATEWAY_PORT: '29999', ZERO_GATEWAY_TOKEN: 'of-another-shell', ZERO_CONFIG_PATH: world.at('elsewhere.json') },
    });
    const report = ran.json<Report>();
    expect(codes(report)).toEqual(expect.arrayContaining(['gateway-token-drift']));
    expect(ran.stdout + ran.stderr).not.toContain('of-another-shell');
    expect(await modeOf(world.at('.zero-other/zero.json'))).toBe('644');
    await expect(stat(world.at('elsewhere.json'))).rejects.toThrow('ENOENT');
  });

  it('looks on when the shell names two instances at once', async () => {
    const world = await setUpWorld('other');
    const ran = await world.run(world.command('--profile', 'main', 'doctor', '--json'), {
      ZERO_STATE_DIR: world.at('.zero-other'),
    });
    // An explicit profile is not overridden by what belongs to another: this is said, and is no contradiction.
    expect(ran.json<Report>()).toMatchObject({ instance: { id: 'zero/main' } });
    expect(codes(ran.json<Report>())).toContain('shell-redirects');
    const split = await world.run(world.command('doctor', '--json'), {
      ...{ ZERO_PROFILE: 'main', ZERO_STATE_DIR: world.at('.zero-other') },
    });
    expect(split.code).toBe(1);
    expect(split.json<Report>()).toMatchObject({ instance: { id: /^zero\// } as object });
    expect(codes(split.json<Report>())).toContain('shell-contradicts');
  });

  it('tells a service of an older name from a healthy one of another product', async () => {
    const world = await newWorld();
    for (const product of ['openclaw', 'clawdbot']) expect((await world.polygate('--product', product, 'setup')).code).toBe(0);
    const units = world.at('.config/systemd/user');
    await mkdir(units, { recursive: true });
    const unit = (stateDir: string, brand: string) =>
      `[Service]\nExecStart=${process.execPath} /opt/gateway.mjs gateway --port 18789\nEnvironment=${brand}_STATE_DIR=${stateDir}\nEnvironment=${brand}_SERVICE_MARKER=${brand.toLowerCase()}\nEnvironment=${brand}_SERVICE_KIND=gateway\n`;
    const file = path.join(units, 'clawdbot-gateway.service');
    const look = async (...args: string[]) =>
      (await world.polygate('--product', 'openclaw', 'doctor', '--deep', '--json', ...args)).json<Report>();

    await writeFile(file, unit(world.at('.clawdbot'), 'CLAWDBOT'));
    const sibling = await look('--fix');
    expect(codes(sibling)).not.toContain('service-legacy-name');
    expect(JSON.stringify([sibling.findings, sibling.repairs])).not.toContain('clawdbot-gateway');
    expect(await readFile(file, 'utf8')).toBe(unit(world.at('.clawdbot'), 'CLAWDBOT'));

    await writeFile(file, unit(world.at('.openclaw'), 'OPENCLAW'));
    expect((await look()).findings).toContainEqual(
      expect.objectContaining({ code: 'service-legacy-name', repair: 'migrate', paths: [file] }),
    );
    // Without a manager it cannot be replaced: it is put back, and told.
    const failed = await look('--fix');
    expect(failed.repairs).toContainEqual(expect.objectContaining({ repair: 'migrate', ok: false }));
    expect(await readFile(file, 'utf8')).toBe(unit(world.at('.openclaw'), 'OPENCLAW'));
  });

  it('reads units that others wrote, and tells what is wrong with each', async () => {
    const world = await setUpWorld();
    const units = world.at('.config/systemd/user');
    await mkdir(path.join(units, 'zero-gateway-main.service.d'), { recursive: true });
    const file = path.join(units, 'zero-gateway-main.service');
    const canary = 'canary-of-a-unit-0123456789';
    await writeFile(
      file,
      [
        '[Unit]\nAfter=network-online.target\nWants=network-online.target\n[Service]',
        'ExecStart=/home/ana/.nvm/versions/node/v22.1.0/bin/node /gone/dist/index.js gateway --port 4242 --token x',
        'Restart=on-failure\nKillMode=process',
        `Environment=ZERO_STATE_DIR=${world.at('.zero-main')}`,
        `Environment=ZERO_GATEWAY_TOKEN=${canary}`,
        'Environment=NOTE=two words\nEnvironment=OPENAI_API_KEY=sk-canary',
        '[Install]\nWantedBy=default.target\n',
      ].join('\n'),
      { mode: 0o664 },
    );
    await chmod(file, 0o664);
    await writeFile(path.join(units, 'zero-gateway-main.service.bak'), 'x', { mode: 0o644 });
    await writeFile(path.join(units, 'zero-gateway-main.service.d/own.conf'), '[Service]\nExecStart=\nExecStart=/bin/true\n');
    const report = await doctor(world, 1);
    expect(codes(report)).toEqual(
      expect.arrayContaining([
        ...['gateway-token-embedded', 'gateway-secret-embedded', 'gateway-secret-in-argv', 'gateway-runtime-gone'],
        ...['gateway-entrypoint-gone', 'gateway-runtime-node-version-manager', 'gateway-port-mismatch', 'gateway-path-missing'],
        ...['gateway-definition-drift', 'gateway-definition-overridden', 'gateway-definition-writable', 'gateway-token-mismatch'],
        ...['systemd-kill-mode-process-or-none', 'systemd-restart-policy', 'systemd-restart-sec', 'systemd-quoting'],
        ...['systemd-after-network-online', 'systemd-unit-backup-unsafe', 'gateway-custom-environment'],
      ]),
    );
    expect(report.said).not.toContain('canary');
    const fixed = await doctor(world, 1, '--fix');
    expect(fixed.repairs).toMatchObject([{ repair: 'mode', ok: true }]);
    expect([await modeOf(file), await modeOf(path.join(units, 'zero-gateway-main.service.bak'))]).toEqual(['644', '600']);
    expect(await readFile(file, 'utf8')).toContain('sk-canary');
  });

  it('tells of an interrupted change, a broken product pack, and what two instances share', async () => {
    const world = await setUpWorld('other');
    await mkdir(world.at('.config/polygate/products'), { recursive: true });
    await writeFile(world.at('.config/polygate/products/mine.json'), '{}');
    await rm(world.at('.zero-main/credentials'), { recursive: true, force: true });
    await mkdir(world.at('.zero-other/credentials'), { mode: 0o700 });
    await symlink(world.at('.zero-other/credentials'), world.at('.zero-main/credentials'));
    const change = {
      ...{ version: 1, title: 'the rename of zero/main to zero/new', command: 'zero profiles rename main new' },
      ...{ concerns: ['zero/main', 'zero/new'], steps: [], after: [], ledger: {} },
    };
    await writeFile(world.at('.local/share/polygate/unfinished-change.json'), JSON.stringify(change), { mode: 0o600 });
    const report = await doctor(world, 1);
    expect(codes(report)).toEqual(expect.arrayContaining(['product-pack-invalid', 'instance-shared', 'change-unfinished']));
    expect(report.findings.find(({ code }) => code === 'change-unfinished')?.fix).toBe('zero profiles rename main new');
  });

  it('sees a gateway that runs, on the instance and on another port than the config has', async () => {
    const world = await setUpWorld();
    const gateway = world.start('--profile', 'main', 'gateway');
    await gateway.readUntil(/listening/);
    expect(codes(await doctor(world, 0))).toEqual([]);
    await edit(world, (config) => {
      if (config.gateway) config.gateway.port = world.firstPort + 120;
    });
    expect(codes(await doctor(world, 0))).toEqual(expect.arrayContaining(['gateway-port-moved', 'ledger-port-differs']));
  });
});
