import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unless } from '@polygate/testkit';
import { expect, it } from 'vitest';
import { newMacWithRoot, whyNoRoot } from '../support/launchd.ts';

const whyNot = whyNoRoot();
const LONG_MS = 180_000;
const LABEL = 'com.zero.rescue';
const RESCUE = ['--profile', 'rescue'];

it.skipIf(whyNot !== undefined)(
  unless(
    whyNot,
    'a daemon of launchd is root’s to change, runs as its account, and leaves nothing of root’s in the home of that',
  ),
  async () => {
    const mac = await newMacWithRoot();
    const gateway = (...args: string[]) => [...RESCUE, 'gateway', ...args, '--json'];
    const status = async () =>
      (await mac.zero(...gateway('status'))).json<{ verdict: string; reason: string; process: { pid: number } | null }>();
    const plist = path.join(mac.system, 'Library', 'LaunchDaemons', `${LABEL}.plist`);
    const print = async (domain: string) => (await mac.launchctl('print', `${domain}/${LABEL}`)).stdout;
    const rootsIn = async (home: string) =>
      (
        await mac.run([
          'find',
          home,
          '-user',
          'root',
          '-not',
          '-path',
          `${home}/.launchd-double*`,
          '-not',
          '-path',
          `${home}/.bin*`,
        ])
      ).stdout;

    const refused = (await mac.zero(...gateway('install', '--system'))).json<{ error: { code: string; hint: string } }>();
    expect(refused.error).toMatchObject({ code: 'ROOT_NEEDED' });
    expect(refused.error.hint).toMatch(/^sudo .*gateway install --system --user-name ana$/);
    expect((await mac.sudo(...gateway('install', '--system'))).json()).toMatchObject({ error: { code: 'PROFILE_NOT_SET_UP' } });
    await mac.zero(...RESCUE, 'setup');

    // What sudo types without --system is the account's own, in its login, and belongs to it.
    const agent = await mac.sudo(...gateway('install'));
    expect(agent.json(), agent.stderr).toMatchObject({
      result: 'installed',
      service: { manager: 'launchd-agent', loaded: true },
    });
    expect(await print('gui/501')).toMatch(/^\tpid = \d+$/m);
    expect(statSync(mac.agent(LABEL)).uid).toBe(501);
    const both = (await mac.sudo(...gateway('install', '--system'))).json<{ error: { code: string; hint: string } }>();
    expect(both.error).toMatchObject({ code: 'SERVICE_IN_OTHER_SCOPE', hint: expect.stringContaining('sudo -iu ana ') });
    const gone = await mac.sudo(...gateway('uninstall'));
    expect(gone.json(), gone.stderr).toMatchObject({ result: 'uninstalled' });
    expect(existsSync(mac.agent(LABEL))).toBe(false);

    const installed = await mac.sudo(...gateway('install', '--system'));
    expect(installed.json(), installed.stderr).toMatchObject({
      result: 'installed',
      service: { label: 'LaunchDaemon', manager: 'launchd-daemon', name: LABEL, loaded: true, state: 'running' },
    });
    expect(readFileSync(plist, 'utf8')).toContain('<key>UserName</key>\n    <string>ana</string>');
    const { uid, mode } = statSync(plist);
    expect([uid, mode & 0o777]).toEqual([0, 0o644]);
    const pid = Number(/^\tpid = (\d+)$/m.exec(await print('system'))?.[1]);
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\t501\t/m);
    expect(await status()).toMatchObject({ verdict: 'healthy', process: { pid } });
    const other = (await mac.zero(...gateway('install'))).json<{ error: { code: string; hint: string } }>();
    expect(other.error).toMatchObject({
      code: 'SERVICE_IN_OTHER_SCOPE',
      hint: expect.stringMatching(/^uninstall that one first: sudo .*gateway uninstall --system$/),
    });

    // Nobody but root ends it; what ends by itself for good stays down.
    expect((await mac.zero(...gateway('stop'))).json()).toMatchObject({ error: { code: 'ROOT_NEEDED' } });
    rmSync(mac.at('.zero-rescue/config-history'), { recursive: true });
    const config = mac.at('.zero-rescue/zero.json');
    const good = readFileSync(config, 'utf8');
    writeFileSync(config, '{ broken');
    expect((await mac.sudo(...gateway('restart'))).code).toBe(69);
    expect(await status()).toMatchObject({ verdict: 'parked', reason: expect.stringContaining('is not valid JSON5') });
    expect(await print('system')).toMatch(/\n\tstate = not running\n[\s\S]*\n\tlast exit code = 0\n/);
    writeFileSync(config, good);
    expect((await mac.sudo(...gateway('restart'))).json()).toMatchObject({ ok: true, result: 'restarted' });

    const removed = await mac.sudo(...gateway('uninstall'));
    expect(removed.json(), removed.stderr).toMatchObject({ result: 'uninstalled', service: { loaded: false } });
    expect(existsSync(plist)).toBe(false);
    expect((await mac.launchctl('print', `system/${LABEL}`)).code).toBe(113);
    expect(await status()).toMatchObject({ verdict: 'not-installed' });
    expect(await rootsIn(mac.home)).toBe('');
  },
  LONG_MS,
);
