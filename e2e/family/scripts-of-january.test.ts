import path from 'node:path';
import { runCommand, unless, whyNoNetwork } from '@polygate/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { peer } from '../support/peers.ts';
import { PEER_OF, type RealFleet, realFleet } from '../support/real-fleet.ts';
import { forAllTests, ROOT } from '../support/world.ts';

const whyNot = whyNoNetwork();
const SCRIPT = path.join(ROOT, 'fixtures/programs/january-script.sh');
const ID = 'clawdbot/main';

describe.skipIf(whyNot !== undefined)(unless(whyNot, 'a shell script that reads only what January printed'), () => {
  let fleet: RealFleet;
  const { node, entry } = peer(PEER_OF.clawdbot as string);
  const theirs = [node, entry, '--profile', 'main'];
  const ours = [process.execPath, `${ROOT}/packages/cli/bin/polygate.cjs`, '--product', 'clawdbot', '--profile', 'main'];
  const read = async (what: string, cli: readonly string[]) => {
    const env = { ...fleet.world.env, JSON_NODE: process.execPath };
    const done = await runCommand(fleet.network.inside([SCRIPT, what, ...cli]), {
      env,
      cwd: fleet.world.home,
      timeoutMs: 400_000,
    });
    return {
      code: done.code,
      fields: Object.fromEntries(
        done.stdout
          .trim()
          .split('\n')
          .map((line) => line.split(/=(.*)/s)),
      ),
    };
  };

  beforeAll(async () => {
    fleet = await forAllTests(() => realFleet(ID));
    const up = await fleet.up(ID);
    expect(up.code, up.stdout).toBe(0);
  }, 1_500_000);

  it('finds the same in gateway status --json of either command', async () => {
    const [their, our] = [await read('status', theirs), await read('status', ours)];
    expect(their.code).toBe(0);
    expect(their.fields['rpc.ok']).toBe('true');
    expect(our.code).toBe(0);
    // Without systemd each says which manager it would ask: that is the one thing that differs.
    const { 'service.label': _, 'service.loadedText': _2, 'service.notLoadedText': _3, ...same } = their.fields;
    expect(our.fields).toMatchObject(same);
    expect(our.fields['service.label']).not.toBe('undefined');
  });

  it('finds the same in health --json', async () => {
    const [their, our] = [await read('health', theirs), await read('health', ours)];
    expect(their.fields.ok).toBe('true');
    expect(our).toEqual(their);
  });
});
