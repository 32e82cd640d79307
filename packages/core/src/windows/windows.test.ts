import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  descendantsOf,
  isBatch,
  parseWin32Processes,
  powershell,
  quote,
  systemProgram,
  whyNoBatchLine,
  windowsCommand,
  windowsPathIssue,
} from './index.ts';

describe('windowsPathIssue', () => {
  it.each([
    ['C:\\Users\\Zoë Müller\\.zero-main', undefined],
    ['d:/agents/zero', undefined],
    ['C:\\Users\\me\\.zero-con', undefined],
    ['C:\\Users\\me\\console', undefined],
    ['C:\\a\\..\\b', undefined],
    ['C:\\Users\\me\\con', 'is the name of a device'],
    ['C:\\Users\\NUL.txt\\x', 'is the name of a device'],
    ['C:\\aux .log', 'is the name of a device'],
    ['C:\\com1', 'is the name of a device'],
    ['C:\\LPT²\\x', 'is the name of a device'],
    ['C:\\state.', 'ends with a dot or a blank'],
    ['C:\\state \\x', 'ends with a dot or a blank'],
    ['C:\\a:b', 'does not allow in a name: ":"'],
    ['C:\\a?b', 'does not allow in a name: "?"'],
    ['C:\\a\tb', 'does not allow in a name: "\\t"'],
    ['\\\\server\\share\\zero', 'network share'],
    ['//server/share/zero', 'network share'],
    ['\\\\?\\C:\\zero', 'device namespace'],
    ['\\\\.\\pipe\\zero', 'device namespace'],
    ['C:zero', 'not a full path'],
    ['\\zero', 'not a full path'],
    [`C:\\${'a'.repeat(256)}`, undefined],
    [`C:\\${'a'.repeat(257)}`, 'too long: 260 characters, and 0 more'],
  ])('%s', (path, issue) => {
    const found = windowsPathIssue(path);
    if (issue === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(issue);
  });

  it('leaves room for what comes behind a path', () => {
    const path = `C:\\${'a'.repeat(200)}`;
    expect(windowsPathIssue(path, 56)).toBeUndefined();
    expect(windowsPathIssue(path, 57)).toContain('too long');
  });
});

describe('windowsCommand', () => {
  it('starts a program as it is, and a batch file through cmd', () => {
    expect(windowsCommand(['C:\\n o\\node.exe', 'a b'], 'cmd')).toEqual({
      program: 'C:\\n o\\node.exe',
      args: ['a b'],
      verbatim: false,
    });
    expect(windowsCommand(['C:\\x y\\run.CMD', 'a&b'], 'C:\\cmd.exe')).toEqual({
      program: 'C:\\cmd.exe',
      args: ['/d', '/e:on', '/v:off', '/s', '/c', '"^"C:\\x^ y\\run.CMD^" ^^^"a^^^&b^^^""'],
      verbatim: true,
    });
    expect([isBatch('a.cmd'), isBatch('a.BAT'), isBatch('a.cmd.exe'), isBatch('cmd')]).toEqual([true, true, false, false]);
  });

  it.each([
    [['C:\\x\\run.cmd', 'a', '100%'], 'argument 2, "100%", has a percent sign'],
    [['C:\\100%\\run.bat'], 'its path has a percent sign'],
    [['C:\\x\\run.cmd', 'a\nb'], 'argument 1, "a\\nb", has a line break'],
    [['C:\\x\\run.cmd', 'a\0b'], 'has a line break or NUL'],
    [['C:\\x\\run.cmd', '&'.repeat(2100)], 'of the 8191 that cmd reads'],
  ])('hands nothing to cmd that it would change: %j', (argv, reason) => {
    expect(whyNoBatchLine(argv)).toContain(reason);
    expect(() => windowsCommand(argv, 'cmd')).toThrow(reason);
    expect(whyNoBatchLine(['C:\\node.exe', ...argv.slice(1)])).toBeUndefined();
  });

  it('quotes a word so that the C runtime gives it back', () => {
    fc.assert(fc.property(fc.string(), (word) => unquote(quote(word)) === word));
  });
});

/** The rule of CommandLineToArgvW for one quoted word. */
function unquote(text: string): string {
  let word = '';
  for (let i = 1; i < text.length - 1; ) {
    const slashes = /^\\*/.exec(text.slice(i))?.[0].length ?? 0;
    i += slashes;
    const quoted = text[i] === '"';
    word += '\\'.repeat(quoted ? Math.floor(slashes / 2) : slashes);
    if (quoted && slashes % 2 === 0) break;
    if (i < text.length) word += text[i];
    i += 1;
  }
  return word;
}

describe('processes', () => {
  const text = '4\t0\t638000000000000000\t\r\n812\t4\t638000000000010000\t"C:\\node.exe" gateway\r\nWARNING: x\r\n';

  it('are read line by line, in any language', () => {
    expect(parseWin32Processes(text)).toEqual([
      { pid: 4, ppid: 0, startTicks: '638000000000000000', startedAt: 1_664_403_200_000, command: '' },
      { pid: 812, ppid: 4, startTicks: '638000000000010000', startedAt: 1_664_403_200_001, command: '"C:\\node.exe" gateway' },
    ]);
    expect(parseWin32Processes('')).toEqual([]);
  });

  it('have as descendants what is younger than they are', () => {
    const one = (pid: number, ppid: number, startTicks: string) => ({ pid, ppid, startTicks, startedAt: 0, command: '' });
    const all = [one(10, 1, '50'), one(11, 10, '60'), one(12, 11, '70'), one(13, 10, '40'), one(14, 2, '90')];
    expect(descendantsOf(all, { pid: 10, startTicks: '50' }).map(({ pid }) => pid)).toEqual([11, 12]);
  });
});

it('names programs of the system by their whole path', () => {
  expect(systemProgram({ SystemRoot: 'D:\\W' }, 'netstat')).toBe('D:\\W\\System32\\netstat.exe');
  expect(powershell({}, 'x')).toEqual([
    'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    ...['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', 'x'],
  ]);
});
