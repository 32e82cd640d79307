import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedAsPublished } from '../support/schemas.ts';
import { SystemdBox, whyNoBox } from '../support/systemd-box.ts';
import { ROOT } from '../support/world.ts';

const POLYGATE = path.join(ROOT, 'packages/cli/bin/polygate.cjs');
const HOME = '/home/tester';
const UNITS = '/etc/systemd/system';
const PROGRAM = '/srv/lib/node_modules/openclaw/dist/entry.js';
const RECORD = '/var/lib/polygate/adopted/systemd-system-openclaw-gateway.json';
const TOKEN = '0123456789abcdef0123456789abcdef';
const reason = whyNoBox();
let box: SystemdBox;

/** As people write one: under a name of their own, without any variable of the product but its secret. */
const written = `[Unit]
Description=My bot
After=network-online.target

[Service]
User=tester
ExecStart=${process.execPath} ${PROGRAM} gateway --port 23000
Environment=OPENCLAW_GATEWAY_TOKEN=${TOKEN}
Restart=always
MemoryMax=1G

[Install]
WantedBy=multi-user.target
`;
/** Stands in for the program of the product, with records of its own. */
const program = `
const { spawn } = require('node:child_process');
const args = ['${POLYGATE}', '--product', 'openclaw', 'gateway', 'run', '--program', 'reference', ...process.argv.slice(3)];
const env = { ...process.env, POLYGATE_HOME: '${HOME}/stand-in', OPENCLAW_STATE_DIR: '${HOME}/.openclaw' };
const child = spawn(process.execPath, args, { stdio: 'inherit', env });
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
`;

const as = async (who: 'root' | 'tester', ...args: string[]) => {
  const given = ['--product', 'openclaw', ...args, '--json'];
  const done = await box.exec([process.execPath, POLYGATE, ...given], who === 'root' ? { as: who } : {});
  return finishedAsPublished(args, done);
};
const adopt = (...args: string[]) => as('root', 'gateway', 'adopt', ...args, '--system', '--user-name', 'tester');
const root = async (script: string, input?: string) => {
  const done = await box.exec(['sh', '-ec', script], { as: 'root', ...(input === undefined ? {} : { input }) });
  expect(done.code, script + done.stderr).toBe(0);
  return done.stdout;
};
const status = async () => (await as('tester', 'gateway', 'status')).json<{ verdict: string; service: { runtime: object } }>();
const healthy = () => expect.poll(status, { timeout: 20_000 }).toMatchObject({ verdict: 'healthy' });
/** Whatever root did: the account can change everything that is in its home. */
const ofRootInHome = () => root(`find ${HOME} -user root`);

describe.skipIf(reason !== undefined)(`a unit that somebody wrote for the whole system${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: false });
    await root(`mkdir -p $(dirname ${PROGRAM}); cat > ${PROGRAM}; chmod -R a+rX /srv`, program);
    const config = JSON.stringify({ gateway: { mode: 'local', port: 23_000, auth: { mode: 'token', token: TOKEN } } });
    const set = 'umask 077; mkdir ~/.openclaw; cat > ~/.openclaw/openclaw.json';
    expect((await box.exec(['sh', '-ec', set], { input: config })).code).toBe(0);
    await root(`cat > ${UNITS}/bot.service; systemctl daemon-reload; systemctl enable --now bot`, written);
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  it('is pointed to where only services of the account were looked at, and where root was not told whose it is', async () => {
    await healthy();
    const [own, roots] = await Promise.all([as('tester', 'gateway', 'adopt'), as('root', 'gateway', 'adopt', '--system')]);
    const hint = /^others run it as bot: .* gateway adopt --dry-run --system --user-name tester$/;
    for (const refused of [own, roots])
      expect([refused.code, refused.json()]).toMatchObject([
        3,
        { error: { code: 'SERVICE_NOT_INSTALLED', hint: expect.stringMatching(hint) } },
      ]);
  });

  it('is refused to the account, with the line to type, and shown on paper', async () => {
    const refused = await as('tester', 'gateway', 'adopt', 'bot', '--system');
    expect([refused.code, refused.json()]).toMatchObject([
      77,
      {
        error: {
          code: 'ROOT_NEEDED',
          hint: expect.stringMatching(/^sudo .* gateway adopt bot --system --user-name tester$/),
        },
      },
    ]);
    const dry = await as('tester', 'gateway', 'adopt', '--system', '--dry-run');
    expect(dry.stdout).not.toContain(TOKEN);
    expect(dry.json()).toMatchObject({
      adopts: `${UNITS}/bot.service`,
      lost: ['Service.MemoryMax=1G'],
      audit: expect.arrayContaining([expect.objectContaining({ code: 'gateway-token-embedded' })]),
    });
    expect(await root(`cat ${UNITS}/bot.service`)).toBe(written);
  });

  it('becomes ours as root, under the name of today, and nothing in the home is root’s', async () => {
    const adopted = await adopt();
    expect(adopted.code, adopted.stdout + adopted.stderr).toBe(0);
    expect(adopted.stdout + adopted.stderr).not.toContain(TOKEN);
    expect(adopted.json()).toMatchObject({ result: 'adopted', kept: [RECORD], service: { manager: 'systemd-system' } });
    expect(await root(`ls ${UNITS} | grep -E 'bot|claw'; stat -c '%a %U' ${RECORD} /etc/polygate/openclaw-gateway.env`)).toBe(
      'openclaw-gateway.service\n600 root\n600 root\n',
    );
    const unit = await root(`cat ${UNITS}/openclaw-gateway.service`);
    expect(unit).toContain('User=tester\n');
    expect(unit).not.toContain(TOKEN);
    expect(await ofRootInHome()).toBe('');
    await healthy();
    expect((await adopt()).json()).toMatchObject({ result: 'already-adopted' });
    expect((await as('root', 'gateway', 'install', '--check', '--system', '--user-name', 'tester')).code).toBe(0);
  });

  it('is repaired by root, who leaves the home of the account to the account', async () => {
    await root(`sed -i 's/^Restart=.*/Restart=no/' ${UNITS}/openclaw-gateway.service; chmod 755 ${HOME}/.openclaw`);
    const refused = await as('tester', 'doctor', '--fix', '--system');
    expect(refused.json()).toMatchObject({
      error: { code: 'ROOT_NEEDED', hint: expect.stringMatching(/^sudo .* doctor --fix --system --user-name tester$/) },
    });
    const fixed = await as('root', 'doctor', '--fix', '--system', '--user-name', 'tester');
    const { repairs } = fixed.json<{ repairs: { repair: string; ok: boolean; message: string }[] }>();
    expect(repairs).toContainEqual(expect.objectContaining({ repair: 'install', ok: true }));
    expect(repairs).toContainEqual(
      expect.objectContaining({ repair: 'mode', ok: false, message: expect.stringContaining('sudo -iu tester') }),
    );
    expect(await root(`grep ^Restart= ${UNITS}/openclaw-gateway.service; stat -c %a ${HOME}/.openclaw`)).toBe(
      'Restart=always\n755\n',
    );
    expect(await ofRootInHome()).toBe('');
    await root(`chmod 700 ${HOME}/.openclaw`);
    await healthy();
  });

  it('is given back as it was, to the byte', async () => {
    const back = await adopt('--undo');
    expect(back.json(), back.stdout).toMatchObject({ result: 'restored' });
    expect(await root(`cat ${UNITS}/bot.service`)).toBe(written);
    expect(
      await root(`systemctl is-enabled bot; systemctl is-active bot; ls /etc/polygate; ls ${UNITS} | grep -c claw || true`),
    ).toBe('enabled\nactive\n0\n');
    expect(await root(`find ${HOME}/.config/polygate -type f; ls /var/lib/polygate/adopted`)).toBe('');
    expect(await ofRootInHome()).toBe('');
    await healthy();
  });
});
