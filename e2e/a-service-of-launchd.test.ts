import { existsSync, readFileSync } from 'node:fs';
import { unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { newMac, whyNoLaunchd } from './support/launchd.ts';

const whyNot = whyNoLaunchd();
const LABEL = 'com.zero.rescue';
const RESCUE = ['--profile', 'rescue'];

describe('a service of launchd', () => {
  it.skipIf(whyNot !== undefined)(unless(whyNot, 'is installed, stopped, started, restarted and removed'), async () => {
    const mac = await newMac();
    await mac.zero(...RESCUE, 'setup');
    const installed = await mac.zero(...RESCUE, 'gateway', 'install', '--json');
    expect(installed, installed.stderr).toMatchObject({ code: 0 });
    expect(installed.json()).toMatchObject({ result: 'installed', service: { label: 'LaunchAgent', loaded: true, name: LABEL } });
    expect(readFileSync(mac.agent(LABEL), 'utf8')).toContain('<key>SuccessfulExit</key>');
    const again = await mac.zero(...RESCUE, 'gateway', 'install', '--json');
    expect(again.json()).toMatchObject({ ok: true, result: 'already-installed', drift: false });
    const status = await mac.zero(...RESCUE, 'gateway', 'status', '--json');
    expect(status.json()).toMatchObject({ verdict: 'healthy', service: { loaded: true, runtime: { status: 'running' } } });

    const stopped = await mac.zero(...RESCUE, 'gateway', 'stop', '--json');
    expect(stopped.json()).toMatchObject({ ok: true, result: 'stopped', service: { loaded: false } });
    expect((await mac.launchctl('print', `gui/501/${LABEL}`)).code).toBe(113);
    expect((await mac.zero(...RESCUE, 'gateway', 'status')).code).toBe(3);
    const started = await mac.zero(...RESCUE, 'gateway', 'start', '--json');
    expect(started.json(), started.stderr).toMatchObject({ ok: true, result: 'started' });
    const restarted = await mac.zero(...RESCUE, 'gateway', 'restart', '--json');
    expect(restarted.json(), restarted.stderr).toMatchObject({ ok: true, result: 'restarted' });
    expect((await mac.zero(...RESCUE, 'gateway', 'status')).code).toBe(0);

    const removed = await mac.zero(...RESCUE, 'gateway', 'uninstall', '--json');
    expect(removed.json(), removed.stderr).toMatchObject({ ok: true, result: 'uninstalled' });
    expect(existsSync(mac.agent(LABEL))).toBe(false);
    expect((await mac.launchctl('print', `gui/501/${LABEL}`)).code).toBe(113);
    const nothing = await mac.zero(...RESCUE, 'gateway', 'uninstall', '--json');
    expect(nothing.json()).toMatchObject({ ok: true, result: 'uninstalled' });
  });
});
