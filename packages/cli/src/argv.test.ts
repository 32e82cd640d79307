import { isProblem } from '@polygate/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesGroup, parseLine } from './argv.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands/index.ts';

const send: Command = {
  path: ['message', 'send'],
  summary: 'Send a message',
  prints: ['version'],
  effect: 'write',
  options: [
    { flags: '--message <text>', description: 'Text' },
    { flags: '--quiet', description: 'Say nothing' },
  ],
  load: () => Promise.reject(new Error('not run here')),
};

/** A line as words; the commands are the real ones and one that takes any text. */
const parse = (...argv: string[]) => parseLine(argv, [...COMMANDS, send]);
const chosen = (...argv: string[]) => {
  const { command, rest } = parse(...argv);
  return [command?.path.join(' '), rest];
};
const problemOf = (...argv: string[]) => {
  try {
    parse(...argv);
  } catch (error) {
    if (isProblem(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return expect.unreachable(`${argv.join(' ')} was not refused`);
};

describe('global options', () => {
  const plain = { dev: false, json: false, color: true, verbose: false };

  it.each([
    [['--profile', 'rescue', '--json', 'gateway', 'status']],
    [['gateway', '--profile', 'rescue', 'status', '--json']],
    [['gateway', 'status', '--json', '--profile', 'rescue']],
    [['--json', 'gateway', 'status', '--profile=rescue']],
  ])('count wherever they stand: %j', (argv) => {
    const { globals, command, rest } = parse(...argv);
    expect(globals).toEqual({ ...plain, json: true, profile: 'rescue' });
    expect([command?.path, rest]).toEqual([['gateway', 'status'], []]);
  });

  it('are all known', () => {
    const argv = ['--product', 'zero', '--product-file=p.json', '--dev', '--json', '--no-color', '--verbose', 'version'];
    expect(parse(...argv).globals).toEqual({
      ...{ product: 'zero', productFile: 'p.json', dev: true, json: true, color: false, verbose: true },
    });
    expect(parse('version').globals).toEqual(plain);
  });

  it.each([
    [['--profile', 'a', 'status', '--profile', 'b'], '--profile'],
    [['--profile=a', '--profile=a', 'status'], '--profile'],
    [['--json', 'status', '--json'], '--json'],
    [['--dev', '--dev', 'status'], '--dev'],
  ])('may be given once: %j', (argv, option) => {
    expect(problemOf(...argv)).toBe(`OPTION_REPEATED: ${option} is given more than once`);
  });

  it.each([
    [['status', '--profile'], '--profile needs a value'],
    [['--json=yes', 'status'], '--json takes no value'],
    [['--dev=', 'status'], '--dev takes no value'],
  ])('are refused when they are half or too much: %j', (argv, message) => {
    expect(problemOf(...argv)).toBe(`USAGE: ${message}`);
  });

  it('take what follows as their value, also when it looks like an option, so that the name is what is refused', () => {
    expect(parse('--profile', '--json', 'status').globals).toEqual({ ...plain, profile: '--json' });
    expect(parse('--profile=', 'status').globals).toEqual({ ...plain, profile: '' });
    expect(parse('--profile=a=b', 'status').globals.profile).toBe('a=b');
  });

  it('are never taken from the value of another option', () => {
    const { globals, rest } = parse('message', 'send', '--message', '--json', '--quiet');
    expect([globals.json, rest]).toEqual([false, ['--message', '--json', '--quiet']]);
    expect(parse('message', 'send', '--message', '--profile', '--profile', 'a').globals.profile).toBe('a');
    expect(parse('message', 'send', '--message', '--help').help).toBe(false);
    expect(parse('message', 'send', '--message=x', '--json').globals.json).toBe(true);
    expect(parse('message', 'send', '--message=--json').globals.json).toBe(false);
  });

  it('end at --', () => {
    const { globals, rest, help } = parse('message', 'send', '--', '--json', '--help', '--profile');
    expect([globals.json, help, rest]).toEqual([false, false, ['--', '--json', '--help', '--profile']]);
  });

  it('leave everything else as it is, in its order', () => {
    const word = fc.constantFrom(
      'gateway',
      'status',
      '--port',
      '18789',
      '--force',
      '--unknown',
      '-x',
      '-',
      '--a=b',
      '--json',
      'x y',
      '',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
        fc.pre(argv.filter((w) => w === '--json').length <= 1);
        const { words, rest, command, globals } = parse(...argv);
        const used = command === undefined ? [] : words.slice(0, argv.length - rest.length - (globals.json ? 1 : 0));
        expect([...rest, ...used, ...(globals.json ? ['--json'] : [])].sort()).toEqual([...argv].sort());
      }),
    );
  });
});

describe('the command', () => {
  it.each([
    [['gateway'], 'gateway run', []],
    [['gateway', 'run'], 'gateway run', []],
    [['gateway', '--port', '1'], 'gateway run', ['--port', '1']],
    [['gateway', '--port=1', '--force'], 'gateway run', ['--port=1', '--force']],
    [['--dev', 'gateway', '--port', '1'], 'gateway run', ['--port', '1']],
    [['gateway', 'install', '--port', '1', '--force'], 'gateway install', ['--port', '1', '--force']],
    [['gateway', '--port', '1', 'install', '--force'], 'gateway install', ['--port', '1', '--force']],
    [['--force', 'gateway', 'install'], 'gateway install', ['--force']],
    [['gateway', 'status'], 'gateway status', []],
    [['status'], 'status', []],
    [['health'], 'gateway health', []],
    [['gateway', 'health', '--token', 'install'], 'gateway health', ['--token', 'install']],
    [['gateway', 'call', 'status'], 'gateway call', ['status']],
    [['gateway', 'call', '--params', '{"a":1}', 'health'], 'gateway call', ['--params', '{"a":1}', 'health']],
    [['profiles', 'list'], 'profiles list', []],
    [['profiles'], 'profiles list', []],
    [['gateway', '--', 'install'], 'gateway run', ['--', 'install']],
    [['completion', 'bash'], 'completion', ['bash']],
  ])('of %j is %s', (argv, path, rest) => expect(chosen(...argv)).toEqual([path, rest]));

  it.each([
    [[]],
    [['nosuch']],
    [['--port', '1']],
    [['gateway', 'instal']],
    [['gateway', '--force', 'any']],
    [['profiles', 'lst']],
    [['message']],
    [['install', 'gateway']],
  ])('of %j is none', (argv) => expect(chosen(...argv)[0]).toBeUndefined());

  it('is found by every path and alias, and by no other command’s', () => {
    for (const command of COMMANDS) {
      for (const path of [command.path, ...(command.aliases ?? [])]) {
        expect(parse(...path).command?.path, path.join(' ')).toEqual(command.path);
      }
    }
  });

  it.each([
    ['gateway', true],
    ['profiles', true],
    ['gateway run', false],
    ['health', false],
    ['configure', false],
    ['status', false],
    ['nosuch', false],
  ])('%j stands for a group: %s', (line, expected) => expect(namesGroup(parse(...line.split(' ')))).toBe(expected));

  it.each([[['--help']], [['-h']], [['gateway', '--help']], [['gateway', 'install', '-h', '--port', '1']]])(
    'is asked for its help by %j',
    (argv) => expect(parse(...argv).help).toBe(true),
  );
});
