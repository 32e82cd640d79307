import { readFile } from 'node:fs/promises';
import { unless, whyNoNetwork } from '@polygate/testkit';
import { expect, it } from 'vitest';
import { realFleet } from '../support/real-fleet.ts';

const whyNot = whyNoNetwork();

// No package of Moltbot exists on npm but a placeholder: what its documents describe is the program of Clawdbot with paths of its own.
it.skipIf(whyNot !== undefined)(
  unless(whyNot, 'the pack of Moltbot runs the program of Clawdbot, with its config under its own name'),
  async () => {
    const id = 'moltbot/main';
    const fleet = await realFleet(id);
    const up = await fleet.up(id);
    expect(up.code, up.stdout).toBe(0);
    const { stateDir, configPath } = fleet.instance(id);
    expect([stateDir, configPath]).toEqual([fleet.world.at('.clawdbot-main'), fleet.world.at('.clawdbot-main/moltbot.json')]);
    const asked = await fleet.of(id, 'gateway', 'status', '--json');
    expect(asked.code).toBe(0);
    expect(asked.json()).toMatchObject({ verdict: 'healthy', probe: { outcome: 'ok' } });
    const { pid } = await fleet.row(id);
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).toContain(`CLAWDBOT_CONFIG_PATH=${configPath}`);
  },
  480_000,
);
