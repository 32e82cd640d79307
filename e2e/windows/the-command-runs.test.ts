import { describe, expect, it } from 'vitest';
import { windowsWorld } from './support/world.ts';

describe('the built command on Windows', () => {
  it('probe', async () => {
    const world = await windowsWorld();
    for (const args of [
      ['--version'],
      ['paths'],
      ['--profile', 'main', 'setup', '--json'],
      ['--profile', 'rescue', 'onboard', '--non-interactive'],
      ['profiles', 'list'],
      ['doctor'],
      ['ports'],
    ]) {
      const t = Date.now();
      const r = await world.zero(...args);
      console.log(args.join(' '), r.code, Date.now() - t, r.stdout, r.stderr);
    }
    console.log(await world.run('cmd /d /c "zero --version"'));
    expect(1).toBe(1);
  });
});
