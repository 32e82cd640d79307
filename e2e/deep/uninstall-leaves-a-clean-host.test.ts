import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedAsPublished } from '../support/schemas.ts';
import { SystemdBox, whyNoBox } from '../support/systemd-box.ts';
import { ROOT } from '../support/world.ts';

const ZERO = path.join(ROOT, 'packages/cli/bin/zero.cjs');
const HOME = '/home/tester';
const UNITS = `${HOME}/.config/systemd/user`;
const UNIT = `${UNITS}/zero-gateway-main.service`;
const STATE = `${HOME}/.zero-main`;
const reason = whyNoBox();
let box: SystemdBox;

const sh = async (script: string, as?: 'root') => (await box.exec(['sh', '-ec', script], as ? { as } : {})).stdout;
const zero = async (...args: string[]) => {
  const given = ['--profile', 'main', ...args, '--json'];
  return finishedAsPublished(given, await box.exec([process.execPath, ZERO, ...given], { session: 'login' }));
};
const install = async (env: Record<string, string> = {}) => {
  const given = ['--profile', 'main', 'gateway', 'install', '--json'];
  const done = await box.exec([process.execPath, ZERO, ...given], { session: 'login', env });
  expect(done.code, done.stdout + done.stderr).toBe(0);
};
const lingers = async () => (await sh('ls /var/lib/systemd/linger')).includes('tester');
/** What there is of the service: files and links, and processes of its gateway. */
const left = async () =>
  sh(
    `find ${UNITS} ${STATE}/service.env -name '*zero*' -o -name service.env 2>/dev/null || true; pgrep -u tester -fa '[g]ateway run' || true`,
  );
/** Nothing is left, state and config are, and the answer says so. */
async function leavesNothing(...args: string[]): Promise<{ kept: string[]; message: string }> {
  const done = await zero('gateway', 'uninstall', ...args);
  expect(done.code, done.stdout + done.stderr).toBe(0);
  expect(await left()).toBe('');
  expect(await sh(`ls ${STATE}/zero.json`)).toBe(`${STATE}/zero.json\n`);
  const document = done.json<{ kept: string[]; message: string }>();
  expect(document).toMatchObject({ ok: true, result: 'uninstalled' });
  expect(document.kept).toContain(STATE);
  return document;
}

describe.skipIf(reason !== undefined)(`a host after an uninstall${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: false });
    expect((await zero('setup')).code).toBe(0);
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  it('has no file, link, process or lingering of it, and may be cleaned twice', async () => {
    await install({ ZERO_GATEWAY_TOKEN: 'a-token-that-came-from-a-shell' });
    expect(await left()).toContain('service.env');
    expect(await lingers()).toBe(true);
    await leavesNothing();
    expect(await lingers()).toBe(false);
    expect(await sh(`ls -A ${HOME}/.local/state/polygate`)).not.toContain('linger');
    expect((await leavesNothing()).message).toContain('nothing to do');
  });

  it('goes on lingering where it lingered before, or another service of the account needs it', async () => {
    await sh('loginctl enable-linger tester', 'root');
    await install();
    await leavesNothing();
    expect(await lingers()).toBe(true);
    await sh('loginctl disable-linger tester', 'root');
    await install();
    await sh(
      `printf '[Service]\\nExecStart=/bin/true\\n[Install]\\nWantedBy=default.target\\n' > ${UNITS}/other.service; systemctl --user enable other`,
    );
    await leavesNothing();
    expect(await lingers()).toBe(true);
    await sh('systemctl --user disable other');
  });

  it('keeps what others put beside the unit, and says so', async () => {
    await install();
    await sh(`mkdir -p ${UNIT}.d; printf '[Service]\\nEnvironment=A=1\\n' > ${UNIT}.d/mine.conf`);
    const gone = await zero('gateway', 'uninstall');
    expect(gone.json()).toMatchObject({ ok: true, kept: expect.arrayContaining([`${UNIT}.d/mine.conf`]) });
    await sh(`rm ${UNIT}.d/mine.conf`);
    await leavesNothing();
  });

  it.each([
    ['the unit file', `rm ${UNIT}`],
    ['the unit file, and systemd knows', `rm ${UNIT}; systemctl --user daemon-reload`],
    ['the link', `rm ${UNITS}/default.target.wants/zero-gateway-main.service`],
    ['the process, for good', 'systemctl --user stop zero-gateway-main'],
  ])('is clean also when %s was gone already', async (_, script) => {
    await install({ ZERO_GATEWAY_TOKEN: 'a-token-that-came-from-a-shell' });
    await sh(script);
    await leavesNothing();
  });

  it.each([
    ['broken', `sed -i /ExecStart/d ${UNIT}`, 'SERVICE_ALTERED'],
    ['of nobody', `printf '[Service]\\nExecStart=/bin/sleep 99\\n' > ${UNIT}`, 'SERVICE_ALTERED'],
    [
      'told another state directory',
      `sed -i 's#^Environment=ZERO_STATE_DIR=.*#Environment=ZERO_STATE_DIR=/nowhere#' ${UNIT}`,
      'SERVICE_ALTERED',
    ],
    ['masked', `systemctl --user stop zero-gateway-main; rm ${UNIT}; systemctl --user mask zero-gateway-main`, 'SERVICE_MASKED'],
  ])('is clean by force when the definition was %s, and only then', async (_, script, code) => {
    await install();
    await sh(`${script}; systemctl --user daemon-reload`);
    expect((await zero('gateway', 'uninstall')).json()).toMatchObject({ ok: false, error: { code } });
    await leavesNothing('--force');
  });

  it('still has the service of another instance that took the name, with force too', async () => {
    expect((await box.exec([process.execPath, ZERO, '--profile', 'two', 'setup', '--json'])).code).toBe(0);
    await install();
    await sh(`sed -i 's#^Environment=ZERO_STATE_DIR=.*#Environment=ZERO_STATE_DIR=${HOME}/.zero-two#' ${UNIT}`);
    const refused = await zero('gateway', 'uninstall', '--force');
    expect(refused.json()).toMatchObject({ ok: false, error: { code: 'SERVICE_NAME_TAKEN' } });
    expect(await sh(`ls ${UNIT}`)).toBe(`${UNIT}\n`);
  });
});
