import path from 'node:path';
import type { Finished } from '@polygate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedAsPublished } from './support/schemas.ts';
import { SystemdBox, whyNoBox } from './support/systemd-box.ts';
import { ROOT } from './support/world.ts';

const ZERO = path.join(ROOT, 'packages/cli/bin/zero.cjs');
const STATE = '/home/tester/.zero-main';
const UNIT = '/home/tester/.config/systemd/user/zero-gateway-main.service';
const reason = whyNoBox();
let box: SystemdBox;

interface Status {
  verdict: string;
  reason: string;
  process: { pid: number } | null;
  gateway: { port: number };
}
interface Report {
  findings: { code: string; message: string; fix: string }[];
}

/** What it prints with --json must be as published. */
const zero = async (...args: string[]): Promise<Finished> => {
  const all = ['--profile', 'main', ...args, '--json'];
  return finishedAsPublished(all, await box.exec([process.execPath, ZERO, ...all]));
};
const text = async (...args: string[]) => (await box.exec([process.execPath, ZERO, '--profile', 'main', ...args])).stdout;
const sh = async (script: string) => {
  const ran = await box.exec(['sh', '-ec', script]);
  expect(ran.code, script + ran.stderr).toBe(0);
  return ran.stdout;
};
const status = async () => (await zero('gateway', 'status')).json<Status>();
const install = async (...args: string[]) => {
  const ran = await zero('gateway', 'install', ...args);
  return {
    code: ran.code,
    ...ran.json<{ message?: string; result?: string; pid?: number; error?: { code: string; hint: string } }>(),
  };
};
const findings = async () => (await zero('doctor')).json<Report>().findings;

// Without a systemd to boot these are skipped, and the name says why.
describe.skipIf(reason !== undefined)(`an install means that the service answers${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: true });
    const installed = await install();
    expect(installed, JSON.stringify(installed)).toMatchObject({ code: 0, result: 'installed' });
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  it('a service that is well is left alone, also with --force', async () => {
    const { process } = await status();
    for (const force of [[], ['--force']]) {
      expect(await install(...force)).toMatchObject({
        code: 0,
        message: expect.stringContaining('nothing to do'),
        pid: process?.pid,
      });
    }
    expect((await status()).process?.pid).toBe(process?.pid);
  });

  it('a service whose state directory was deleted keeps its ports, and doctor says what to type', async () => {
    const { process, gateway } = await status();
    await sh(`rm -rf ${STATE}`);
    expect(await status()).toMatchObject({
      verdict: 'degraded',
      reason: expect.stringContaining('state directory is gone'),
      gateway,
    });
    for (const what of [String(gateway.port), 'main']) {
      const refused = await zero('ports', 'free', what);
      expect([refused.code, refused.json()]).toMatchObject([
        1,
        {
          error: {
            code: 'PORT_LEASED',
            message: expect.stringContaining(`pid ${process?.pid}`),
            hint: expect.stringContaining('gateway stop'),
          },
        },
      ]);
    }
    const told = await findings();
    expect(told.filter(({ fix }) => fix.includes('ports free'))).toEqual([]);
    expect(told).toContainEqual(
      expect.objectContaining({
        code: 'state-dir-missing',
        message: expect.stringContaining(`gone while its gateway runs (pid ${process?.pid}`),
        fix: expect.stringContaining('gateway install'),
      }),
    );
  });

  it('an install after that restarts it, so that it takes the token that was made', async () => {
    const before = await status();
    const again = await install();
    expect(again).toMatchObject({ code: 0, result: 'already-installed', message: expect.stringContaining('restarted') });
    const after = await status();
    expect(after).toMatchObject({ verdict: 'healthy', gateway: { port: before.gateway.port } });
    expect(after.process?.pid).toBe(again.pid);
    expect(after.process?.pid).not.toBe(before.process?.pid);
  });

  it('one that cannot start without its state directory is said to be so, and is back after an install', async () => {
    const { gateway } = await status();
    await sh(`rm -rf ${STATE}`);
    const restart = await zero('gateway', 'restart');
    expect([restart.code, restart.json()]).toMatchObject([
      69,
      {
        error: {
          code: 'SERVICE_NOT_HEALTHY',
          message: expect.stringContaining('state directory is gone'),
          hint: expect.stringContaining('gateway install'),
        },
      },
    ]);
    expect(await status()).toMatchObject({
      verdict: 'misconfigured',
      reason: expect.stringContaining('state directory is gone'),
    });
    expect(await install()).toMatchObject({ code: 0 });
    expect(await status()).toMatchObject({ verdict: 'healthy', gateway: { port: gateway.port } });
  });

  it('a state directory that was replaced under the gateway is noticed, and mended by an install', async () => {
    const before = await status();
    await sh(
      `mkdir ${STATE}.new; cp ${STATE}/zero.json ${STATE}.new/; chmod 700 ${STATE}.new; rm -rf ${STATE}; mv ${STATE}.new ${STATE}`,
    );
    expect(await status()).toMatchObject({ verdict: 'degraded', reason: expect.stringContaining('replaced under it') });
    const start = await zero('gateway', 'start');
    expect([start.code, start.json()]).toMatchObject([69, { error: { hint: expect.stringContaining('gateway restart') } }]);
    expect(await install()).toMatchObject({ code: 0 });
    const after = await status();
    expect(after.verdict).toBe('healthy');
    expect(after.process?.pid).not.toBe(before.process?.pid);
  });

  it('what does not run is started, and not left with exit 0', async () => {
    await zero('gateway', 'stop');
    expect((await text('gateway', 'install', '--check')).trim()).not.toContain('nothing to do');
    expect(await status()).toMatchObject({ verdict: 'stopped' });
    expect(await install()).toMatchObject({ code: 0, message: expect.stringContaining('did not run') });
    expect(await status()).toMatchObject({ verdict: 'healthy' });
  });

  it('a gateway that was started by hand is not taken for the service', async () => {
    await zero('gateway', 'stop');
    await sh(`${process.execPath} ${ZERO} --profile main gateway run > ~/by-hand.log 2>&1 & echo $! > ~/by-hand.pid`);
    await expect.poll(async () => (await status()).verdict, { timeout: 30_000 }).toBe('healthy');
    expect(await install()).toMatchObject({ code: 75, error: { code: 'GATEWAY_ALREADY_RUNNING' } });
    await sh('kill $(cat ~/by-hand.pid); while kill -0 $(cat ~/by-hand.pid) 2>/dev/null; do :; done');
    expect(await install()).toMatchObject({ code: 0 });
  });

  it('the last error is one of the last run, and of a config that is still wrong', async () => {
    // Nothing to go back to: it would do so by itself.
    await sh(`cp ${STATE}/zero.json ~/good.json; rm -r ${STATE}/config-history; echo '{ broken' > ${STATE}/zero.json`);
    expect((await zero('gateway', 'restart')).code).toBe(69);
    expect(await status()).toMatchObject({ verdict: 'parked', lastError: expect.stringContaining('CONFIG_INVALID') });
    await sh(`cp ~/good.json ${STATE}/zero.json`);
    expect(await status()).toMatchObject({ verdict: 'parked', reason: expect.stringContaining('nothing wrong with it now') });
    expect(await status()).not.toHaveProperty('lastError');
    expect(await text('gateway', 'status')).toContain('Next: zero --profile main gateway start');
    expect(await findings()).toMatchObject([{ code: 'gateway-not-well', fix: 'zero --profile main gateway start' }]);
    expect(await install()).toMatchObject({ code: 0, message: expect.stringContaining('did not run') });
    // Stopped in good order: what an earlier run said is no news.
    await zero('gateway', 'stop');
    const stopped = await status();
    expect(stopped).toMatchObject({ verdict: 'stopped' });
    expect(stopped).not.toHaveProperty('lastError');
    expect(await install()).toMatchObject({ code: 0 });
  });

  it('a definition that systemd cannot read is never left with exit 0 and nothing running', async () => {
    await sh(`cp ${UNIT} ~/good.service; sed -i 's/^ExecStart=.*/ExecStart=garbage "unclosed/' ${UNIT}`);
    await zero('gateway', 'stop');
    await sh('systemctl --user daemon-reload');
    const seen = await text('gateway', 'status');
    expect(seen).toContain('cannot read its definition: line');
    expect(seen).toContain('Next: zero --profile main gateway install --force');
    for (const verb of ['install', 'start', 'restart']) {
      const ran = await zero('gateway', verb);
      expect([verb, ran.code, ran.json()]).toMatchObject([
        verb,
        78,
        {
          error: {
            code: 'SERVICE_BROKEN',
            message: expect.stringContaining('Unbalanced quoting'),
            hint: expect.stringContaining('install --force'),
          },
        },
      ]);
    }
    expect(await findings()).toContainEqual(expect.objectContaining({ code: 'service-definition-broken' }));
    // Mended by hand and not read again: a start reads it.
    await sh(`cp ~/good.service ${UNIT}`);
    expect((await zero('gateway', 'start')).json()).toMatchObject({ ok: true, result: 'started' });
  });

  it('masked is what status, start, restart, install and doctor all say, with one line that lifts it', async () => {
    await zero('gateway', 'stop');
    await sh(`rm ${UNIT}; systemctl --user mask zero-gateway-main`);
    const line = 'systemctl --user unmask zero-gateway-main.service';
    expect(await text('gateway', 'status')).toContain(`Next: ${line}, then zero --profile main gateway install`);
    for (const verb of ['start', 'restart', 'install'])
      expect((await zero('gateway', verb)).json(), verb).toMatchObject({ error: { code: 'SERVICE_MASKED', hint: line } });
    expect(await findings()).toMatchObject([{ code: 'service-masked', fix: expect.stringContaining(line) }]);
    await sh(line);
    expect(await install()).toMatchObject({ code: 0, result: 'installed' });
  });
});
