import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand, tempDir, unless, whyNoProgram } from '@polygate/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../commands/index.ts';
import { completionScript, SHELLS } from './scripts.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;

beforeAll(async () => {
  dir = await tempDir();
  // The command that the script asks for profiles: what `profiles list --json` prints, as far as it is read.
  const rows = ['default', 'main', 'rescue'].map((profile) => ({ product: 'zero', profile }));
  await writeFile(path.join(dir.path, 'rows.json'), JSON.stringify({ ok: true, instances: rows }, null, 2));
  await writeFile(path.join(dir.path, 'zero'), `#!/bin/sh\n[ "$*" = "profiles list --json" ] && cat "${dir.path}/rows.json"\n`);
  await chmod(path.join(dir.path, 'zero'), 0o755);
  for (const shell of SHELLS) await writeFile(path.join(dir.path, `${shell}.txt`), completionScript(shell, 'zero', COMMANDS));
});
afterAll(() => dir.remove());

describe.each([
  ['bash', ['bash', '-n']],
  ['zsh', ['zsh', '-n']],
  ['fish', ['fish', '--no-execute']],
] as const)('the completion script for %s', (shell, check) => {
  const whyNot = whyNoProgram(shell);
  it.skipIf(whyNot !== undefined)(unless(whyNot, 'has no syntax error'), async () => {
    const { code, stderr } = await runCommand([...check, path.join(dir.path, `${shell}.txt`)], { env: environment() });
    expect([code, stderr]).toEqual([0, '']);
  });

  it('names every command and option of the help', () => {
    const script = completionScript(shell, 'zero', COMMANDS);
    for (const command of COMMANDS.filter(({ hidden }) => !hidden)) {
      for (const word of command.path) expect(script).toContain(word);
      for (const option of command.options ?? []) {
        const name = /--([a-z-]+)/.exec(option.flags)?.[1] ?? '';
        if (!option.hidden) expect(script, name).toMatch(new RegExp(`(--|-l )${name}\\b`));
      }
    }
  });
});

const environment = () => ({ PATH: `${dir.path}:${process.env['PATH'] ?? ''}`, HOME: dir.path });

/** What bash offers for a line; its last word is the one under the cursor. */
async function complete(...words: string[]): Promise<string[]> {
  const script = [
    `source "${dir.path}/bash.txt"`,
    'COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))',
    '_zero_complete',
    '[ ${#COMPREPLY[@]} = 0 ] || printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  const { code, stdout, stderr } = await runCommand(['bash', '-c', script, 'bash', 'zero', ...words], { env: environment() });
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

const whyNoBash = whyNoProgram('bash');

describe.skipIf(whyNoBash !== undefined)(unless(whyNoBash, 'bash'), () => {
  it.each([
    [[''], expect.arrayContaining(['setup', 'gateway', 'status', 'profiles', 'completion'])],
    [['gate'], ['gateway']],
    [['nosuch'], []],
    [['gateway', ''], expect.arrayContaining(['run', 'install', 'status', 'call'])],
    [['gateway', 'inst'], ['install']],
    [
      ['profiles', ''],
      ['list', 'show', 'create', 'clone', 'rename', 'remove', 'audit'],
    ],
    [
      ['browser', ''],
      ['status', 'start', 'stop', 'tabs', 'open', 'screenshot', 'profiles'],
    ],
    [['browser', 'profiles', 'cr'], ['create']],
    [['gateway', 'install', '--fo'], ['--force']],
    [
      ['gateway', 'install', '--pro'],
      ['--program', '--product', '--product-file', '--profile'],
    ],
    [['gateway', '--fo'], ['--force']],
    [['health', '--to'], ['--token']],
    [['--ver'], ['--verbose']],
  ])('completes %j', async (words, expected) => expect(await complete(...words)).toEqual(expected));

  it.each([
    [['--profile', 'rescue', 'gateway', 'inst']],
    [['--profile', '=', 'rescue', 'gateway', 'inst']],
    [['--json', '--product', 'zero', 'gateway', 'inst']],
    [['gateway', '--port', '18789', 'inst']],
  ])('is not confused by options and their values: %j', async (words) => expect(await complete(...words)).toEqual(['install']));

  it('offers the options of a command behind values of others', async () => {
    expect(await complete('gateway', 'install', '--port', '18789', '--fo')).toEqual(['--force']);
    expect(await complete('gateway', 'call', 'health', '--par')).toEqual(['--params']);
  });

  it('does not offer what is only accepted for old scripts', async () => {
    expect(await complete('gateway', 'run', '--ws')).toEqual([]);
    expect(completionScript('fish', 'zero', COMMANDS)).not.toContain('ws-log');
  });

  it('offers the profiles that exist', async () => {
    expect(await complete('--profile', '')).toEqual(['default', 'main', 'rescue']);
    expect(await complete('gateway', 'status', '--profile', 're')).toEqual(['rescue']);
    expect(await complete('--profile', '=')).toEqual(['default', 'main', 'rescue']);
    expect(await complete('--profile', '=', 'm')).toEqual(['main']);
  });

  it('offers the values that an option takes, and no commands in their place', async () => {
    expect(await complete('gateway', 'run', '--bind', 'l')).toEqual(['loopback', 'lan']);
    expect(await complete('gateway', 'run', '--bind', '=', 't')).toEqual(['tailnet']);
    expect(await complete('gateway', 'run', '--port', '')).toEqual([]);
    expect(await complete('--product-file', '')).toEqual([]);
  });
});
