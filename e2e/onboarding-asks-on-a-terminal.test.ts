import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { OnTerminal, unless, whyNoTerminal } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { afterTest, newWorld, type World } from './support/world.ts';

const reason = whyNoTerminal();
const ENTER = '\r';
const CTRL_C = '\u0003';

async function onboard(world: World, ...args: string[]): Promise<OnTerminal> {
  const terminal = OnTerminal.start(world.command('--profile', 'rescue', 'onboard', ...args), {
    cwd: world.home,
    env: world.env,
  });
  afterTest(() => terminal.stop());
  return terminal;
}

describe.skipIf(reason)(unless(reason, 'onboard on a terminal'), () => {
  it('asks for what no flag said, with a default for each, and makes a profile that starts', async () => {
    const world = await newWorld();
    const terminal = await onboard(world);
    await terminal.readUntil(/ZERO: profile rescue/);
    await terminal.readUntil(/Agents of a gateway act on this machine[\s\S]*Yes/);
    terminal.type(ENTER);
    await terminal.readUntil(/Workspace[\s\S]*zero-rescue/);
    terminal.type(ENTER);
    await terminal.readUntil(/Install a service/);
    terminal.type('n');
    expect(await terminal.exited).toMatchObject({ code: 0 });
    expect(terminal.stdout).toContain('zero/rescue is set up');
    const config = JSON.parse(await readFile(world.at('.zero-rescue/zero.json'), 'utf8')) as {
      gateway: { mode: string; auth: { token: string } };
    };
    expect(config.gateway.mode).toBe('local');
    expect(terminal.stdout).not.toContain(config.gateway.auth.token);
    expect(existsSync(world.at('zero-rescue'))).toBe(true);
  });

  it('asks nothing that a flag says', async () => {
    const world = await newWorld();
    const workspace = world.at('elsewhere');
    const terminal = await onboard(world, '--accept-risk', '--workspace', workspace, '--no-install-daemon');
    expect(await terminal.exited).toMatchObject({ code: 0 });
    expect(terminal.stdout).not.toContain('Agents of a gateway act');
    expect(existsSync(workspace)).toBe(true);
  });

  it.each([
    ['Ctrl-C', CTRL_C],
    ['no', 'n'],
  ])('changes nothing when %s is the answer', async (_, keys) => {
    const world = await newWorld();
    const terminal = await onboard(world);
    await terminal.readUntil(/Agents of a gateway act/);
    terminal.type(keys);
    const { code } = await terminal.exited;
    expect(code).not.toBe(0);
    expect(terminal.stdout).toContain('Nothing was changed');
    expect(existsSync(world.at('.zero-rescue'))).toBe(false);
  });
});
