import path from 'node:path';
import type { Finished } from '@polygate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedAsPublished } from '../support/schemas.ts';
import { SystemdBox, whyNoBox } from '../support/systemd-box.ts';
import { ROOT } from '../support/world.ts';

const ZERO = path.join(ROOT, 'packages/cli/bin/zero.cjs');
const UNIT = '/home/tester/.config/systemd/user/zero-gateway-rescue.service';
const reason = whyNoBox();
let box: SystemdBox;

interface Rows {
  instances: { id: string; verdict: string; reason: string }[];
}

/** What it prints with --json must be as published. */
const zero = async (...args: string[]): Promise<Finished> => {
  const all = [...args, '--json'];
  return finishedAsPublished(all, await box.exec([process.execPath, ZERO, ...all]));
};
const rescue = (...args: string[]) => zero('--profile', 'rescue', ...args);
const sh = async (script: string) => {
  const ran = await box.exec(['sh', '-ec', script]);
  expect(ran.code, script + ran.stderr).toBe(0);
};
const all = async () => (await zero('status', '--all')).json<Rows>().instances.map(({ id, verdict }) => [id, verdict]);

// Without a systemd to boot these are skipped, and the name says why.
describe.skipIf(reason !== undefined)(`a definition that cannot be read${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: true });
    for (const profile of ['main', 'rescue']) {
      const ran = await zero('--profile', profile, 'gateway', 'install');
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    }
    await sh(`cp ${UNIT} ~/good.service`);
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  it('of mode 000 is a finding of its own instance, which is seen all the same, as are the others', async () => {
    await sh(`chmod 000 ${UNIT}`);
    expect(await all()).toEqual([
      ['zero/main', 'healthy'],
      ['zero/rescue', 'healthy'],
    ]);
    expect((await rescue('gateway', 'status')).json()).toMatchObject({
      verdict: 'healthy',
      service: { configAudit: { ok: false, issues: [{ code: 'gateway-definition-unreadable' }] } },
    });
    expect((await rescue('doctor')).json()).toMatchObject({
      findings: [
        { code: 'gateway-definition-unreadable', fix: `chmod u+rw ${UNIT}, then zero --profile rescue gateway install` },
      ],
    });
    const install = await rescue('gateway', 'install');
    expect([install.code, install.json()]).toMatchObject([77, { error: { code: 'FILE_DENIED' } }]);
    // A stop needs no definition; and the profile is not free to be removed.
    expect((await rescue('profiles', 'remove', 'rescue', '--yes')).json()).toMatchObject({ ok: false });
    expect((await rescue('gateway', 'stop')).json()).toMatchObject({ ok: true, result: 'stopped' });
    await sh(`chmod u+rw ${UNIT}`);
    expect((await rescue('gateway', 'install')).json()).toMatchObject({ ok: true });
  });

  it('as a directory at its place stops neither status --all nor doctor, and the other one is well', async () => {
    await rescue('gateway', 'stop');
    await sh(`rm ${UNIT}; mkdir ${UNIT}; systemctl --user daemon-reload`);
    expect(await all()).toEqual([
      ['zero/main', 'healthy'],
      ['zero/rescue', 'misconfigured'],
    ]);
    const seen = await rescue('gateway', 'status');
    expect([seen.code, seen.json()]).toMatchObject([
      78,
      { verdict: 'misconfigured', reason: expect.stringContaining('it is a directory') },
    ]);
    const { findings } = (await rescue('doctor')).json<{ findings: { code: string; fix: string }[] }>();
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'gateway-definition-unreadable', fix: expect.stringContaining(`mv ${UNIT} ${UNIT}.old`) }),
    );
    expect((await zero('--profile', 'main', 'gateway', 'status', '--deep')).json()).toMatchObject({
      verdict: 'healthy',
      siblings: [{ id: 'zero/rescue', verdict: 'misconfigured' }],
    });
    await sh(`mv ${UNIT} ${UNIT}.old`);
    expect((await rescue('gateway', 'install')).json()).toMatchObject({ ok: true, result: 'installed' });
  });

  it('a service that listens where its config does not say is asked where it listens', async () => {
    // A program of another make: no lock, and a port that its unit gives it.
    await sh(
      `sed -i 's/"port": [0-9]*/"port": 25555/' ~/.zero-rescue/zero.json; echo '{"version":1,"program":{"command":["x"]}}' > ~/.config/polygate/instances/zero/rescue.json; rm ~/.zero-rescue/gateway.lock`,
    );
    const { gateway } = (await rescue('gateway', 'status')).json<{ gateway: { port: number } }>();
    expect(gateway.port).not.toBe(25_555);
    expect((await rescue('gateway', 'status')).json()).toMatchObject({
      verdict: 'healthy',
      gateway: { probeUrl: `ws://127.0.0.1:${gateway.port}` },
    });
    expect((await rescue('gateway', 'health')).json()).toMatchObject({ ok: true });
    const { findings } = (await rescue('doctor')).json<{ findings: { code: string }[] }>();
    expect(findings).toContainEqual(expect.objectContaining({ code: 'gateway-port-mismatch' }));
    // And a unit that does not say it either: what its process owns.
    await sh(`sed -i 's/ --port [0-9]*//; s/ZERO_GATEWAY_PORT=[0-9]*/OTHER=1/' ${UNIT}; systemctl --user daemon-reload`);
    expect((await rescue('gateway', 'status')).json()).toMatchObject({ verdict: 'healthy', gateway: { port: gateway.port } });
  });
});
