import { describe, expect, it } from 'vitest';
import { windowsWorld } from './support/world.ts';

describe('the built command on Windows', () => {
  it('probe', async () => {
    const world = await windowsWorld();
    const show = async (...args: string[]) => {
      const t = Date.now();
      const r = await world.zero(...args);
      console.log('$ zero', args.join(' '), '->', r.code, Date.now() - t, 'ms\n', r.stdout, r.stderr);
      return r;
    };
    await show('--profile', 'main', 'setup', '--json');
    await show('--profile', 'rescue', 'onboard', '--non-interactive');
    const g = await world.start('--profile', 'main', 'gateway');
    await g.readUntil(/listening on/);
    await show('--profile', 'main', 'gateway', 'status');
    await show('--profile', 'main', 'gateway', 'call', 'status');
    await show('--profile', 'main', 'gateway', 'stop');
    await show('--profile', 'main', 'gateway', 'stop', '--force');
    await g.exited;
    console.log(g.code, g.stdout, g.stderr);
    await show('up', '-d');
    await show('ps');
    await show('status', '--all');
    await show('restart', 'main');
    await show('down', 'main');
    await show('ps');
    await show('down');
    await show('ps');
    await show('--profile', 'main', 'gateway', 'install');
    await show('--profile', 'main', 'gateway', 'status', '--deep');
    await show('--profile', 'main', 'doctor');
    await show('--profile', 'main', 'gateway', 'restart');
    await show('--profile', 'main', 'gateway', 'uninstall');
    await show('down');
    expect(1).toBe(1);
  });
});
