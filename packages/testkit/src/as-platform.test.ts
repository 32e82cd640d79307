import { describe, expect, it } from 'vitest';
import { asPlatform } from './as-platform.ts';
import { runCommand } from './command.ts';
import { unless } from './skip.ts';
import { whyNoPosixPaths } from './windows-lacks.ts';

const ASK = `
  import { platform, type } from 'node:os';
  import { existsSync, readFileSync } from 'node:fs';
  import { readFile } from 'node:fs/promises';
  const code = async (ask) => { try { await ask(); return 'there'; } catch (error) { return error.code; } };
  console.log(JSON.stringify([
    process.platform, platform(), type(), process.getuid === undefined, existsSync('/proc/self'),
    await code(() => readFileSync('/proc/self/stat')), await code(() => readFile('/proc/self/stat')),
    await code(() => readFileSync(process.execPath)),
  ]));
`;

const answers = async (platform: 'darwin' | 'win32') => {
  const argv = [process.execPath, '--input-type=module', '-e', ASK];
  const { stdout } = await runCommand(argv, { env: { PATH: process.env.PATH ?? '', ...asPlatform(platform) } });
  return JSON.parse(stdout);
};

describe.skipIf(whyNoPosixPaths !== undefined)(unless(whyNoPosixPaths, 'asPlatform'), () => {
  it('has a Node program believe that it runs on another system, without what that does not have', async () => {
    expect(await answers('darwin')).toEqual(['darwin', 'darwin', 'Darwin', false, false, 'ENOENT', 'ENOENT', 'there']);
    expect(await answers('win32')).toEqual(['win32', 'win32', 'Windows_NT', true, false, 'ENOENT', 'ENOENT', 'there']);
  });
});
