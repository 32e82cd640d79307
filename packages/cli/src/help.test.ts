import { isProblem } from '@polygate/core';
import { describe, expect, it } from 'vitest';
import { parseLine } from './argv.ts';
import { COMMANDS } from './commands/index.ts';
import type { Context } from './context.ts';
import { groupHelp } from './help.ts';

const help = (...argv: string[]) => groupHelp(parseLine(argv, COMMANDS), { program: 'zero' } as Context);
const refusal = (...argv: string[]) => {
  try {
    help(...argv);
  } catch (error) {
    if (isProblem(error, 'USAGE')) return error.message;
    throw error;
  }
  return expect.unreachable('it was not refused');
};

describe('the help', () => {
  it('lists every command or group once, and is an error only when it was not asked for', () => {
    const asked = help('--help');
    expect(asked.exitCode).toBe(0);
    const tops = [...new Set(COMMANDS.filter((c) => !c.hidden).map((c) => c.path[0] as string))];
    const listed = [...(asked.text ?? '').matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name]) => name);
    expect(listed).toEqual(tops);
    expect(help()).toEqual({ ...asked, exitCode: 2 });
  });

  it('of a group lists its commands', () => {
    const { text, exitCode } = help('gateway', '--help');
    expect(exitCode).toBe(0);
    for (const verb of ['run', 'install', 'uninstall', 'status', 'call']) expect(text).toMatch(new RegExp(`^ {2}${verb} `, 'm'));
    expect(help('gateway', 'nosuch', '--help').text).toBe(text);
  });

  it.each([
    [['helth'], "unknown command 'helth' (Did you mean health?)"],
    [['statis'], "unknown command 'statis' (Did you mean status?)"],
    [['xyzzy'], "unknown command 'xyzzy'"],
    [['gateway', 'instal'], "unknown command 'instal' (Did you mean install?)"],
  ])('names the nearest command for %j', (argv, message) => expect(refusal(...argv)).toBe(message));
});
