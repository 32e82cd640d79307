import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { NPM_FOLDER } from './support/installed.ts';
import { untilHealthy } from './support/until-healthy.ts';
import { parsedByWinsw, winsw } from './support/winsw.ts';
import { afterTest, windowsWorld } from './support/world.ts';

describe('a gateway as a service of Windows, by NSSM', () => {
  it('starts, is healthy, is started again when it dies, and ends in good order by Ctrl+C', async () => {
    const world = await windowsWorld();
    await world.zero('--profile', 'main', 'setup');
    const name = `ZERO Gateway (main ${world.firstPort})`;
    const nssm = (...args: string[]) => world.run(['C:\\nssm.exe', ...args]);
    const entry = `${NPM_FOLDER}\\node_modules\\polygate\\bin\\zero.cjs`;
    await nssm('install', name, 'C:\\node\\node.exe', `"${entry}" --profile main gateway run`);
    afterTest(async () => {
      await world.run(['net', 'stop', name]);
      await nssm('remove', name, 'confirm');
    });
    const places = ['USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'TEMP'].map((key) => `${key}=${world.env[key]}`);
    await nssm('set', name, 'AppEnvironmentExtra', ...places);
    // It waits 1.5 s for Ctrl+C to be heeded; a busy machine needs more.
    await nssm('set', name, 'AppStopMethodConsole', '60000');
    expect((await world.run(['net', 'start', name])).code).toBe(0);
    const first = await untilHealthy(world, 'main');
    await world.run(['C:\\windows\\system32\\taskkill.exe', '/F', '/PID', String(first)]);
    const second = await untilHealthy(world, 'main', first);
    expect(second).not.toBe(first);
    expect((await world.run(['net', 'stop', name])).code).toBe(0);
    const { stdout } = await world.zero('--profile', 'main', 'logs', '--json');
    expect(stdout).toContain('stopping: interrupted');
    expect(await readFile(world.file('.zero-main', 'zero.json'), 'utf8')).toContain('token');
  });
});

describe('what --manager winsw writes', () => {
  const planned = async (): Promise<string> => {
    const world = await windowsWorld();
    await world.zero('--profile', 'main', 'setup');
    const { stdout } = await world.zero('--profile', 'main', 'gateway', 'install', '--dry-run', '--manager', 'winsw', '--json');
    const { plan } = JSON.parse(stdout) as { plan: { files: { path: string; content: string }[] } };
    return plan.files.find(({ path }) => path.endsWith('.xml'))?.content ?? '';
  };

  it('is understood by WinSW 2.11, word for word, and registered as it says', async () => {
    const xml = await planned();
    const understood = await parsedByWinsw(xml);
    expect(understood).toMatchObject({
      Name: 'ZERO Gateway (main)',
      Executable: 'C:\\node\\node.exe',
      FailureActions: ['Type=RESTART Delay=2000', 'Type=RESTART Delay=10000', 'Type=RESTART Delay=60000'],
      StopTimeout: '30000 ms',
    });
    expect(JSON.stringify(understood)).toContain('--profile main gateway run');
    const told = await winsw(xml, 'install');
    expect(told).toContain('service.name=ZERO Gateway (main)');
    expect(told).toMatch(/failure\.resetSeconds=3600 \[action=1 delayMs=2000\]/);
  });

  it('starts a program, keeps what it prints, and ends it by Ctrl+C', async () => {
    const xml = (await planned())
      .replace(/<executable>.*<\/executable>/, '<executable>/bin/sh</executable>')
      .replace(/<arguments>.*<\/arguments>/, '<arguments>-c "echo here it is; exec sleep 60"</arguments>')
      .replace(/<workingdirectory>.*<\/workingdirectory>/, '')
      .replace(/<logpath>.*<\/logpath>/, '');
    const told = await winsw(xml, 'testwait', '\n');
    expect(told).toContain('Started process');
    expect(told).toContain('here it is');
  });
});
