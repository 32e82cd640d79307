import { isProblem } from '@polygate/core';
import { describe, expect, it } from 'vitest';
import { parseLine } from './argv.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { commandHelp, parseOptions } from './parse-options.ts';

const load = () => Promise.reject(new Error('not run here'));
const call: Command = {
  path: ['call'],
  summary: 'Call a method',
  prints: ['version'],
  effect: 'read',
  args: [{ name: '<method>', description: 'Method' }],
  options: [
    { flags: '--params <json>', description: 'Parameters' },
    { flags: '--force', description: 'By force', inline: 'any' },
    { flags: '--bind <mode>', description: 'Where', choices: ['loopback', 'lan'] },
    { flags: '--no-probe', description: 'Do not connect' },
    { flags: '--old <x>', description: 'Of the family', hidden: true },
  ],
  examples: ['call health'],
  load,
};

const read = (...rest: string[]) => parseOptions(call, 'zero', rest);
const line = (...argv: string[]) => {
  const { command, rest } = parseLine(argv, COMMANDS);
  return parseOptions(command as Command, 'zero', rest);
};
function refused(action: () => unknown): [string, string] {
  try {
    action();
  } catch (error) {
    if (isProblem(error)) return [error.code, error.message];
    throw error;
  }
  return expect.unreachable('it was not refused');
}

describe('options of a command', () => {
  it.each([
    [['health'], {}],
    [['health', '--params', '{}'], { params: '{}' }],
    [['--params={"a":"b=c"}', 'health'], { params: '{"a":"b=c"}' }],
    [['health', '--bind', 'lan', '--force'], { bind: 'lan', force: true }],
    [['health', '--no-probe'], { probe: false }],
    [['health', '--old', 'y'], { old: 'y' }],
  ])('of %j are %j', (rest, options) => {
    const parsed = read(...rest);
    expect(parsed.args).toEqual(['health']);
    expect({ probe: true, ...parsed.options }).toEqual({ probe: true, ...options });
  });

  it('may have a value that looks like an option', () => {
    expect(read('health', '--params', '--json').options['params']).toBe('--json');
    expect(read('health', '--params', '--bind', '--bind', 'lan').options).toMatchObject({ params: '--bind', bind: 'lan' });
    expect(read('health', '--params', '--force=any').options).toMatchObject({ params: '--force=any' });
    expect(read('health', '--params', '--force=any').options['force']).toBeUndefined();
  });

  it('end at --', () => {
    expect(read('--', '--params').args).toEqual(['--params']);
    expect(read('--force', '--', '--force').args).toEqual(['--force']);
  });

  it.each([
    [['health', '--params', '1', '--params', '2'], '--params'],
    [['health', '--params=1', '--params', '1'], '--params'],
    [['health', '--force', '--force'], '--force'],
    [['health', '--force', '--force=any'], '--force'],
  ])('may be given once: %j', (rest, option) => {
    expect(refused(() => read(...rest))).toEqual(['OPTION_REPEATED', `${option} is given more than once`]);
  });

  it.each([
    [['health', '--nosuch'], "unknown option '--nosuch'"],
    [['health', '--parms', '1'], "unknown option '--parms'\n(Did you mean --params?)"],
    [['health', '-x'], "unknown option '-x'"],
    [['health', '--params'], "option '--params <json>' argument missing"],
    [['health', '--bind', 'x'], "option '--bind <mode>' argument 'x' is invalid. Allowed choices are loopback, lan."],
    [[], "missing required argument 'method'"],
    [['health', 'more'], 'too many arguments. Expected 1 argument but got 2.'],
  ])('are refused when they are wrong: %j', (rest, message) => {
    const [code, text] = refused(() => read(...rest));
    expect(code).toBe('USAGE');
    expect(text).toBe(message);
  });
});

describe('--force', () => {
  it('takes the value "any" with = only', () => {
    expect(read('health', '--force=any').options).toMatchObject({ forceAny: true });
    expect(read('health', '--force').options).toMatchObject({ force: true });
    expect(refused(() => read('health', '--force', 'any'))[0]).toBe('USAGE');
  });

  it.each(['--force=all', '--force=', '--force=any=1'])('takes no other: %s', (token) => {
    expect(refused(() => read('health', token))[0]).toBe('OPTION_INVALID');
  });

  it('is said in the refusal how it may be given', () => {
    expect(refused(() => read('health', '--force=all'))[1]).toBe('--force cannot be "all"');
  });
});

describe('the real commands', () => {
  it('gateway alone runs, with the options of run', () => {
    expect(line('gateway', '--port', '1').options).toMatchObject({ port: '1' });
    expect(line('gateway', '--force=any').options).toMatchObject({ forceAny: true });
    expect(refused(() => line('gateway', 'run', '--force', 'any'))[0]).toBe('USAGE');
  });

  it('gateway install takes --port and --force for itself', () => {
    expect(line('gateway', 'install', '--port', '1', '--force').options).toMatchObject({ port: '1', force: true });
    expect(line('gateway', '--port', '1', '--force', 'install').options).toMatchObject({ port: '1', force: true });
    expect(refused(() => line('gateway', 'install', '--force=any'))[0]).toBe('USAGE');
  });

  it.each(COMMANDS.map((c) => [c.path.join(' '), c] as const))('%s shows a help with its options and examples', (_, command) => {
    const help = commandHelp(command, 'zero');
    expect(help).toContain(`Usage: zero ${command.path.join(' ')}`);
    for (const { flags, hidden } of command.options ?? []) expect(help.includes(`${flags} `), flags).toBe(!hidden);
    for (const example of command.examples ?? []) expect(help).toContain(`$ zero ${example}`);
    expect(help).toContain('Global options:');
    expect(help).not.toContain('--force-any');
  });

  it.each(COMMANDS.flatMap((c) => (c.examples ?? []).map((example) => [example, c] as const)))(
    'the example %s works',
    (example, command) => {
      // Words of a shell line, as far as examples use quotes.
      const words = [...example.matchAll(/(['"])(.*?)\1|(\S+)/g)].map(([, , quoted, bare]) => quoted ?? (bare as string));
      const parsed = parseLine(words, COMMANDS);
      expect(parsed.command?.path).toEqual(command.path);
      expect(() => parseOptions(command, 'zero', parsed.rest)).not.toThrow();
    },
  );

  it('say what each of them does to the machine, and in one line what it is for', () => {
    for (const { summary, effect } of COMMANDS) {
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
      expect(['read', 'write', 'destructive', 'run']).toContain(effect);
    }
  });
});
