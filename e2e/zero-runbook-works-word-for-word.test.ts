import { unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { expectOwnSupervisor, familyShell, hasSystemd, whyNoFamily } from './support/family.ts';

interface Paths {
  values: Record<string, { value: string | number; origin: string }>;
}

// Lines and defaults of runbook.md, the operator's page of the same documents.
describe.skipIf(whyNoFamily !== undefined)(unless(whyNoFamily, 'the lines of runbook.md work word for word'), () => {
  it('the dev profile: set up, run, asked, with its five defaults', async () => {
    const { type, serve, world } = await familyShell('zero');
    expect(await type('zero --dev setup')).toMatchObject({ code: 0, stderr: '' });
    const { values } = (await type('zero --dev paths --json')).json<Paths>();
    expect(values.stateDir?.value).toBe(world.at('.zero-dev'));
    expect(values.configPath?.value).toBe(world.at('.zero-dev/zero.json'));
    expect(values['ports.gateway']?.value).toBe(19_001);
    expect(values['ports.browserControl']?.value).toBe(19_003);
    expect(values['ports.canvas']?.value).toBe(19_005);
    expect(values.workspace?.value).toBe(world.at('zero-dev'));

    await serve('zero --dev gateway --allow-unconfigured', 19_001);
    const status = await type('zero --dev status');
    expect(status.stdout).toContain('healthy');
    expect(status.code).toBe(0);
    expect(await type('zero --dev health')).toMatchObject({ code: 0 });
  });

  it('the dev profile runs without a set-up too, and then writes nothing', async () => {
    const { type, serve, world } = await familyShell('zero');
    await serve('zero --dev gateway --allow-unconfigured', 19_001);
    expect(await type('zero --dev health')).toMatchObject({ code: 0 });
    expect((await type(`test -e ${world.at('.zero-dev/zero.json')}`)).code).toBe(1);
  });

  it('a gateway in the foreground: on its port, verbose, and in the place of the one that is there', async () => {
    const { type, serve } = await familyShell('zero');
    const first = await serve('zero gateway --port 18789', 18_789);
    expect(await type('zero gateway health')).toMatchObject({ code: 0 });
    expect(await type('zero gateway status')).toMatchObject({ code: 0 });
    const second = await serve('zero gateway --force', 18_789);
    expect((await first.exited).code).toBe(0);
    await second.stop();
    const third = await serve('zero gateway --port 18789 --verbose', 18_789);
    const logs = await serve('zero logs --follow', 18_789);
    await logs.stop('SIGINT');
    await third.stop();
  });

  it('two by variables on one line each, on neighbouring ports: both run, and go by the names of their state directories', async () => {
    const { serve, type } = await familyShell('zero');
    await serve('ZERO_CONFIG_PATH=~/.zero/a.json ZERO_STATE_DIR=~/.zero-a zero gateway --port 19001', 19_001);
    await serve('ZERO_CONFIG_PATH=~/.zero/b.json ZERO_STATE_DIR=~/.zero-b zero gateway --port 19002', 19_002);
    for (const profile of ['a', 'b']) expect(await type(`zero --profile ${profile} status`)).toMatchObject({ code: 0 });
  });

  it('the service commands, where there is no service, and no manager but our own', async (context) => {
    const { type } = await familyShell('zero');
    await type('zero setup');
    expect((await type('zero gateway status')).code).toBe(3);
    expect((await type('zero gateway status --json')).json()).toMatchObject({ verdict: 'not-installed', exitCode: 3 });
    expect((await type('zero gateway status --deep')).code).toBe(3);
    expect((await type('zero gateway status --no-probe')).code).toBe(3);
    if (hasSystemd) context.skip('this machine runs systemd: a host without one cannot be shown');
    expect((await type('zero gateway stop')).code).toBe(0);
    expect((await type('zero gateway uninstall')).code).toBe(0);
    expect((await type('zero gateway restart')).code).toBe(3);
    expectOwnSupervisor(await type('zero gateway install --force'));
    expect((await type('zero gateway restart')).code).toBe(0);
    expectOwnSupervisor(await type('zero --profile main gateway install'));
    expectOwnSupervisor(await type('zero --profile rescue gateway install'));
    expect((await type('zero --profile rescue gateway status')).code).toBe(0);
  });
});
