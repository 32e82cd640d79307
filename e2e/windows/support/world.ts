import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { claimPortBlock } from '@polygate/testkit';
import { afterEach } from 'vitest';
import { NPM_FOLDER } from './installed.ts';
import { C, onLinux, runWindows, startWindows, type WindowsProgram, type WindowsResult } from './windows.ts';

/** An account of Windows of its own for one test: home, folders, ports; everything it started ends with it. */
export interface WindowsWorld {
  /** As Windows writes it. */
  home: string;
  firstPort: number;
  env: Record<string, string>;
  /** A path below the home directory, as Windows writes it. */
  at(...parts: string[]): string;
  /** The same as Linux sees it. */
  file(...parts: string[]): string;
  zero(...args: string[]): Promise<WindowsResult>;
  polygate(...args: string[]): Promise<WindowsResult>;
  run(argv: readonly string[] | string, env?: Record<string, string>): Promise<WindowsResult>;
  /** Starts `zero …` and lets it run. */
  start(...args: string[]): Promise<WindowsProgram>;
}

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Registers something to be done after the test, whatever its end. */
export function afterTest(cleanup: () => Promise<unknown>): void {
  cleanups.push(cleanup);
}

export interface WorldOptions {
  /** Name of the account's folder, before a number of its own. */
  account?: string;
  node?: string;
  env?: Record<string, string>;
}

export async function windowsWorld({ account = 'Zoë Müller', node, env: more = {} }: WorldOptions = {}): Promise<WindowsWorld> {
  const block = await claimPortBlock();
  afterTest(() => block.release());
  const home = `C:\\users\\${account} ${block.first}`;
  const at = (...parts: string[]) => [home, ...parts].join('\\');
  const [local, roaming] = [at('AppData', 'Local'), at('AppData', 'Roaming')];
  const temp = `${local}\\Temp`;
  await mkdir(onLinux(temp), { recursive: true });
  await mkdir(onLinux(roaming), { recursive: true });
  afterTest(() => rm(onLinux(home), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const nodeFolder = node === undefined ? 'C:\\node' : `C:\\node\\${node}`;
  const env = {
    PATH: `${nodeFolder};${NPM_FOLDER};C:\\windows\\system32;C:\\windows;C:\\windows\\System32\\WindowsPowerShell\\v1.0`,
    PATHEXT: '.COM;.EXE;.BAT;.CMD;.VBS;.JS',
    ComSpec: 'C:\\windows\\system32\\cmd.exe',
    SystemRoot: 'C:\\windows',
    windir: 'C:\\windows',
    USERPROFILE: home,
    USERNAME: account,
    USERDOMAIN: 'BOX',
    COMPUTERNAME: 'BOX',
    APPDATA: roaming,
    LOCALAPPDATA: local,
    TEMP: temp,
    TMP: temp,
    POLYGATE_FIRST_PORT: String(block.first),
    ...more,
  };
  const command = (name: string, args: string[]) => [
    `${nodeFolder}\\node.exe`,
    `${NPM_FOLDER}\\node_modules\\polygate\\bin\\${name}.cjs`,
    ...args,
  ];
  const run = (argv: readonly string[] | string, extra: Record<string, string> = {}) =>
    runWindows(argv, { env: { ...env, ...extra }, cwd: home });
  return {
    home,
    firstPort: block.first,
    env,
    at,
    file: (...parts) => path.join(C, ...home.slice(3).split('\\'), ...parts),
    zero: (...args) => run(command('zero', args)),
    polygate: (...args) => run(command('polygate', args)),
    run,
    start: async (...args) => {
      const program = await startWindows(command('zero', args), { env, cwd: home });
      afterTest(() => program.end());
      return program;
    },
  };
}
