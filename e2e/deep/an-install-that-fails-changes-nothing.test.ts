import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemdBox, whyNoBox } from '../support/systemd-box.ts';
import { ROOT } from '../support/world.ts';

const ZERO = path.join(ROOT, 'packages/cli/bin/zero.cjs');
const HOME = '/home/tester';
const reason = whyNoBox();
let box: SystemdBox;

const zero = (profile: string, ...args: string[]) =>
  box.exec([process.execPath, ZERO, '--profile', profile, ...args, '--json'], {
    env: { PATH: '/tmp/faulty:/usr/local/bin:/usr/bin:/bin' },
  });
const sh = (script: string) => box.exec(['sh', '-ec', script]);

/** A systemctl whose n-th change fails, before or after it took effect; what only asks is let through. */
const FAULTY = `#!/bin/sh
case " $* " in *" show "*) exec /usr/bin/systemctl "$@";; esac
n=$(($(cat /tmp/faulty/count) + 1)); echo $n > /tmp/faulty/count
[ "$n" = "$(cat /tmp/faulty/at)" ] || exec /usr/bin/systemctl "$@"
[ "$(cat /tmp/faulty/effect)" = without ] || /usr/bin/systemctl "$@"
echo "Failed to do it: out of order" >&2
exit 1
`;
const failAt = (at: number, effect: 'with' | 'without') =>
  box.exec(
    [
      'sh',
      '-ec',
      `mkdir -p /tmp/faulty; cat > /tmp/faulty/systemctl; chmod 755 /tmp/faulty/systemctl
    echo 0 > /tmp/faulty/count; echo ${at} > /tmp/faulty/at; echo ${effect} > /tmp/faulty/effect`,
    ],
    { input: FAULTY },
  );
const repaired = () => sh('rm -rf /tmp/faulty');

interface Row {
  verdict: string;
  process: { pid: number } | null;
  gateway: { port: number };
  service: { loaded: boolean };
}
const status = async (profile: string) => (await zero(profile, 'gateway', 'status')).json<Row>();
/** Everything that systemd and Polygate keep of services, with modes. */
const written = async () =>
  (
    await sh(
      `cd ${HOME}; find .config/systemd -type f -exec stat -c '%n %a' {} + -exec cat {} + -o -type l -printf '%p -> %l\\n' | sort; ls -d .zero-*/service.env 2>/dev/null || true`,
    )
  ).stdout;

describe.skipIf(reason !== undefined)(`an install that fails${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: true });
    await sh(`mkdir -p ${HOME}/.config/systemd/user/default.target.wants`);
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  // daemon-reload, enable, restart.
  it('for the first time leaves nothing, whichever command of systemd fails', async () => {
    expect((await zero('rescue', 'setup')).json()).toMatchObject({ ok: true });
    const before = await written();
    for (const at of [1, 2, 3]) {
      await failAt(at, at === 2 ? 'with' : 'without');
      const failed = await zero('rescue', 'gateway', 'install');
      expect([failed.code === 0, failed.json()], `${at}`).toMatchObject([false, { ok: false }]);
      expect(failed.stdout).toContain('out of order');
      await repaired();
      expect(await written(), `${at}`).toBe(before);
      expect(await status('rescue'), `${at}`).toMatchObject({ verdict: 'not-installed', process: null });
    }
  }, 120_000);

  it('beside two others that run at once says that it waits or is refused, and there is one healthy service', async () => {
    const installs = await Promise.all([1, 2, 3].map(() => zero('rescue', 'gateway', 'install')));
    for (const { code, stdout } of installs) {
      if (code === 75) expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'LOCK_HELD' } });
      else
        expect([code, JSON.parse(stdout)]).toMatchObject([
          0,
          { ok: true, result: expect.stringMatching(/^(already-)?installed$/) },
        ]);
    }
    expect(installs.filter(({ stdout }) => stdout.includes('"result": "installed"'))).toHaveLength(1);
    expect(await status('rescue')).toMatchObject({ verdict: 'healthy', service: { loaded: true } });
    expect((await sh('pgrep -cf -- "--profile [r]escue gateway run"')).stdout.trim()).toBe('1');
  });

  it('in place of one that runs goes back to that one, which answers', async () => {
    const { port } = (await status('rescue')).gateway;
    const before = await written();
    for (const [at, effect] of [
      [1, 'without'],
      [2, 'with'],
      [3, 'without'],
      [3, 'with'],
    ] as const) {
      await failAt(at, effect);
      const failed = await zero('rescue', 'gateway', 'install', '--force', '--port', String(port + 1000));
      expect([failed.code === 0, failed.json()], `${at}`).toMatchObject([false, { ok: false }]);
      await repaired();
      expect(await written(), `${at}`).toBe(before);
      await expect.poll(() => status('rescue'), { timeout: 15_000 }).toMatchObject({ verdict: 'healthy', gateway: { port } });
    }
  }, 120_000);

  it('and an uninstall that fails leaves a service that runs', async () => {
    const before = await written();
    // disable --now, daemon-reload, reset-failed.
    for (const [at, effect] of [
      [1, 'without'],
      [1, 'with'],
      [2, 'without'],
      [3, 'without'],
    ] as const) {
      await failAt(at, effect);
      const failed = await zero('rescue', 'gateway', 'uninstall');
      expect([failed.code === 0, failed.json()], `${at} ${failed.stdout}`).toMatchObject([false, { ok: false }]);
      await repaired();
      expect(await written(), `${at}`).toBe(before);
      await expect
        .poll(() => status('rescue'), { timeout: 15_000 })
        .toMatchObject({ verdict: 'healthy', service: { loaded: true } });
    }
    expect((await zero('rescue', 'gateway', 'uninstall')).json()).toMatchObject({ ok: true });
  }, 120_000);
});
