import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { windowsWorld } from './support/world.ts';

interface SetUp {
  result: string;
  changes: string[];
  instance: { id: string; stateDir: string; ports: { gateway: number } };
}

describe('profiles on Windows', () => {
  it('are set up with ports of their own and closed to other accounts before a secret is in them', async () => {
    const world = await windowsWorld();
    const main = (await world.zero('--profile', 'main', 'setup', '--json')).json<SetUp>();
    const rescue = (await world.zero('--profile', 'rescue', 'onboard', '--non-interactive', '--json')).json<SetUp>();
    expect([main.instance.ports.gateway, rescue.instance.ports.gateway]).toEqual([world.firstPort, world.firstPort + 1000]);
    expect(main.changes[0]).toContain(`${world.at('.zero-main')}: only`);
    const asked = (await readFile(world.file('AppData', 'Local', 'icacls.log'), 'utf8')).trim().split('\n');
    expect(asked.map((line) => JSON.parse(line)[0])).toEqual([world.at('.zero-main'), world.at('.zero-rescue')]);
    expect(asked[0]).toContain('/inheritance:r');
    expect(asked[0]).toContain('*S-1-5-18:(OI)(CI)F');
    const config = JSON.parse(await readFile(world.file('.zero-main', 'zero.json'), 'utf8'));
    expect(asked.join()).not.toContain(config.gateway.auth.token);
    expect((await world.zero('--profile', 'main', 'setup', '--json')).json<SetUp>()).toMatchObject({ result: 'unchanged' });
  });

  it('are set up all the same, and it is said, where access lists cannot be had', async () => {
    const world = await windowsWorld({ env: { ICACLS_FAILS: '1' } });
    const { code, stderr } = await world.zero('--profile', 'main', 'setup');
    expect(code).toBe(0);
    expect(stderr).toContain('is not protected from other accounts (icacls ended with 5');
  });

  it('that are set up at the same time get disjoint ports', async () => {
    const world = await windowsWorld();
    const all = await Promise.all(
      ['a', 'b', 'c'].map((name) => world.zero('--profile', name, 'onboard', '--non-interactive', '--json')),
    );
    const ports = all.map((one) => one.json<SetUp>().instance.ports.gateway);
    expect(new Set(ports).size).toBe(3);
    expect(Math.min(...ports.flatMap((a) => ports.filter((b) => b !== a).map((b) => Math.abs(a - b))))).toBeGreaterThanOrEqual(
      120,
    );
  });

  it('that differ only in the case of letters are one folder there, and refused', async () => {
    const world = await windowsWorld();
    await world.zero('--profile', 'main', 'setup');
    const { code, stdout } = await world.zero('--profile', 'MAIN', 'setup', '--json');
    // The same folder: it is the same profile, or another name for it.
    const { instances } = (await world.zero('profiles', 'list', '--json')).json<{ instances: unknown[] }>();
    expect({ code: [0, 78].includes(code ?? -1), instances: instances.length }, stdout).toEqual({ code: true, instances: 1 });
  });
});
