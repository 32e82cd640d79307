import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fixturePath, tempDir, unless, whyNoProgram } from '@polygate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOwnServiceCmd, parseServiceCmd, renderServiceCmd, type ServiceCmd } from './cmd-launcher.ts';
import { parseTask, renderTask, type Task } from './task-xml.ts';
import { quoteArgument, quoteCommandLine, splitCommandLine, whyNoTaskName } from './windows-values.ts';
import { parseWinsw, renderWinsw, type WinswConfig } from './winsw-xml.ts';
import { element, parseXml, renderXml } from './xml.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: what no definition of Windows can carry
const UNWRITABLE = /[\u0000-\u0008\u000a-\u001f\u007f]|\p{Surrogate}|\p{Noncharacter_Code_Point}/u;
const hostile = fc.string({ unit: fc.constantFrom(...'%&|<>^!()"\\ \t=;,*?[]\'`~@a0'), maxLength: 14 });
const text = fc.oneof(hostile, fc.string({ unit: 'grapheme', maxLength: 40 })).filter((s) => !UNWRITABLE.test(s));
const unquoted = text.filter((s) => !s.includes('"'));
const trimmed = text.filter((s) => s === s.trim());
const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,10}$/).filter((s) => !s.startsWith('POLYGATE_'));
const folder = unquoted.map((s) => `C:\\${s.trim()}`);

describe('arguments of Windows', () => {
  it('come back, whatever stands in them', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), (words) => {
        expect(splitCommandLine(words.map((word) => quoteArgument(word, 'it')).join(' '))).toEqual(words);
        expect(splitCommandLine(quoteCommandLine(words))).toEqual(words);
      }),
    );
  });

  it.each([
    ['a b', '"a b"'],
    ['C:\\dir\\', '"C:\\dir\\\\"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['a\\"b', '"a\\\\\\"b"'],
    ['', '""'],
  ])('%j is written %s', (word, quoted) => expect(quoteArgument(word, 'it')).toBe(quoted));

  it.each([
    ['a\\b "c d" e\\\\"f g"', ['a\\b', 'c d', 'e\\f g']],
    ['  a\t b ', ['a', 'b']],
    ['"open', ['open']],
  ])('%j are the words %j', (line, words) => expect(splitCommandLine(line)).toEqual(words));

  it.each(['a\nb', 'a\0b', 'a\u001ab', 'a\u0007b', '\ud800', '\uffff'])('refuses %j', (bad) => {
    expect(() => quoteArgument(bad, 'it')).toThrow('cannot be written');
  });

  it.each(['a/b', 'a\\b', 'a:b', 'a*', 'a?', 'a"b', 'a<b', 'a|b', ' a', 'a ', 'a.', '.a', 'a\tb', '', 'x'.repeat(201)])(
    'takes %j for no name of a task',
    (bad) => expect(whyNoTaskName(bad)).toBeDefined(),
  );
  it('takes the names of the family for names of tasks', () => expect(whyNoTaskName('ZERO Gateway (rescue)')).toBeUndefined());
});

describe('a launcher of a service', () => {
  const launcher = {
    description: 'ZERO Gateway (profile: rescue, v0.1.0)',
    workingDirectory: 'C:\\Users\\ana\\.zero-rescue',
    environment: { ZERO_PROFILE: 'rescue', NOTE: '100% a%PATH%b & c|d<e>f ^g !h! i=j;k,l ' },
    argv: ['C:\\Program Files\\nodejs\\node.exe', 'C:\\zero\\100%\\zero.mjs', 'gateway', 'run', '--port', '19789'],
    log: 'C:\\Users\\ana\\.zero-rescue\\logs\\service.log',
    stopFile: 'C:\\Users\\ana\\.zero-rescue\\service.stop',
  };

  it('is plain ASCII with CRLF, no mark, no delayed expansion, doubled percent signs and everything in quotes', () => {
    const written = renderServiceCmd(launcher);
    expect(written).toMatch(/^@echo off\r\nrem polygate service launcher 1\r\n/);
    expect(written).toContain('\r\nsetlocal EnableExtensions DisableDelayedExpansion\r\n');
    expect(written).toContain('\r\nset "NOTE=100%% a%%PATH%%b & c|d<e>f ^g !h! i=j;k,l "\r\n');
    expect(written).toContain('"C:\\Program Files\\nodejs\\node.exe" "C:\\zero\\100%%\\zero.mjs" "gateway" "run"');
    expect(written.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(written).not.toContain('chcp');
    expect(isOwnServiceCmd(written)).toBe(true);
  });

  it('starts again after any end but 78 and a stop, with a longer wait each time', () => {
    const lines = renderServiceCmd(launcher).split('\r\n');
    const run = lines.findIndex((line) => line.includes('node.exe'));
    expect(lines.slice(run + 1, run + 4)).toEqual([
      'set "POLYGATE_CODE=%ERRORLEVEL%"',
      'if "%POLYGATE_CODE%"=="78" exit /b 78',
      `if exist "${launcher.stopFile}" exit /b 0`,
    ]);
    expect(lines.indexOf(':start')).toBeLessThan(run);
    expect(lines.slice(-2)).toEqual(['goto start', '']);
    expect(lines).toContain('if %POLYGATE_WAIT% GTR 60 set "POLYGATE_WAIT=60"');
  });

  it('makes the code page UTF-8 before the first character outside ASCII', () => {
    const lines = renderServiceCmd({ ...launcher, workingDirectory: 'C:\\Users\\José' }).split('\r\n');
    expect(lines[1]).toBe('"%SystemRoot%\\System32\\chcp.com" 65001 > nul');
    expect(parseServiceCmd(lines.join('\r\n'))?.workingDirectory).toBe('C:\\Users\\José');
  });

  it('is read back as it was written, whatever stands in it', { timeout: 60_000 }, () => {
    const any: fc.Arbitrary<ServiceCmd & { log: string; stopFile: string }> = fc.record({
      description: unquoted.filter((s) => s === s.trim() && s !== '' && !s.endsWith('^')),
      workingDirectory: folder,
      environment: fc.dictionary(
        name,
        unquoted.filter((s) => s !== ''),
        { maxKeys: 5 },
      ),
      argv: fc.tuple(folder, fc.array(unquoted, { maxLength: 5 })).map(([program, words]) => [program, ...words]),
      log: folder.map((path) => `${path}\\service.log`),
      stopFile: folder,
    });
    fc.assert(
      fc.property(any, (made) => {
        expect(parseServiceCmd(renderServiceCmd(made))).toEqual(made);
      }),
    );
  });

  it.each([
    ['a quote, after which & would be a command', { environment: { A: 'x" & calc "' } }],
    ['a quote in an argument', { argv: ['C:\\node.exe', 'a"b'] }],
    ['a line break', { environment: { A: 'a\r\ncalc' } }],
    ['the end of a file', { argv: ['C:\\node.exe', 'a\u001ab'] }],
    ['a directory of the network', { workingDirectory: '\\\\server\\share' }],
    ['a remark that goes on in the next line', { description: 'x ^' }],
    ['a line that cmd cuts off', { environment: { A: 'x'.repeat(8000) } }],
    ['a value that would unset its variable', { environment: { A: '' } }],
    ['a variable with a sign in its name', { environment: { 'A&B': 'x' } }],
  ])('refuses %s', (_, part) => {
    expect(() => renderServiceCmd({ ...launcher, ...part })).toThrow('cannot be written into a service definition');
  });

  it('reads what an installer of the family wrote', () => {
    const written = readFileSync(fixturePath('windows', 'clawdbot-2026.1.24-3-gateway.cmd'), 'utf8');
    expect(isOwnServiceCmd(written)).toBe(false);
    expect(parseServiceCmd(written)).toEqual({
      description: 'Clawdbot Gateway (profile: rescue, v2026.1.24-3)',
      workingDirectory: '',
      environment: {
        HOME: 'C:\\Users\\ana',
        PATH: 'C:\\Program Files\\nodejs',
        CLAWDBOT_PROFILE: 'rescue',
        CLAWDBOT_STATE_DIR: 'C:\\Users\\ana\\.clawdbot-rescue',
        CLAWDBOT_CONFIG_PATH: 'C:\\Users\\ana\\.clawdbot-rescue\\clawdbot.json',
        CLAWDBOT_GATEWAY_PORT: '19789',
        CLAWDBOT_GATEWAY_TOKEN: 'made-up',
        CLAWDBOT_SERVICE_MARKER: 'clawdbot',
        CLAWDBOT_SERVICE_KIND: 'gateway',
        CLAWDBOT_SERVICE_VERSION: '2026.1.24-3',
      },
      argv: [
        'C:\\Program Files\\nodejs\\node.exe',
        'C:\\Users\\ana\\AppData\\Roaming\\npm\\node_modules\\clawdbot\\dist\\entry.js',
        ...['gateway', '--port', '19789'],
      ],
      log: undefined,
      stopFile: undefined,
    });
  });

  it.each(['', '@echo off\r\n', 'rem x\r\nset A=b\r\nexit /b 0\r\n'])('finds nothing that runs in %j', (source) => {
    expect(parseServiceCmd(source)).toBeUndefined();
  });
});

const anyTask: fc.Arbitrary<Task> = fc.record({
  description: text,
  author: text,
  triggers: fc.array(
    fc.record({
      kind: fc.constantFrom('LogonTrigger', 'BootTrigger'),
      userId: fc.option(text, { nil: undefined }),
      enabled: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  principal: fc.record({
    userId: fc.option(text, { nil: undefined }),
    logonType: fc.constantFrom('InteractiveToken', 'S4U', undefined),
    runLevel: fc.constantFrom('LeastPrivilege', undefined),
  }),
  settings: fc.constantFrom(
    {},
    { ExecutionTimeLimit: 'PT0S', 'RestartOnFailure.Interval': 'PT1M', 'RestartOnFailure.Count': '3' },
  ),
  actions: fc.array(fc.record({ command: text, arguments: text, workingDirectory: text }), { minLength: 1, maxLength: 3 }),
});

describe('the XML of a task', () => {
  it('is read back as it was written, whatever stands in it', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyTask, (task) => {
        expect(parseTask(renderTask(task))).toEqual(task);
      }),
    );
  });

  it('carries every character that it does not refuse', () => {
    const characters = Array.from({ length: 0x1_00_00 }, (_, code) => String.fromCharCode(code));
    const carried = characters.filter((each) => !UNWRITABLE.test(each)).join('');
    expect(parseXml(renderXml(element('a', carried), '<?xml version="1.0" encoding="UTF-16"?>'))?.text === carried).toBe(true);
  });

  it('begins with the mark and the declaration of UTF-16, and has CRLF line ends', () => {
    const [task] = fc.sample(anyTask, 1) as [Task];
    expect(renderTask(task)).toMatch(/^\ufeff<\?xml version="1\.0" encoding="UTF-16"\?>\r\n<Task version="1\.2"/);
    expect(renderTask(task).replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('is read as Windows exports it: other order, a URI, a trigger with a repetition', () => {
    const task = parseTask(readFileSync(fixturePath('windows', 'task-exported.xml'), 'utf8'));
    expect(task?.triggers).toEqual([{ kind: 'LogonTrigger', userId: 'PC\\ana', enabled: true }]);
    expect(task?.principal).toEqual({
      userId: 'S-1-5-21-1-2-3-1001',
      logonType: 'InteractiveToken',
      runLevel: 'LeastPrivilege',
    });
    expect(task?.settings['ExecutionTimeLimit']).toBe('PT72H');
    expect(task?.actions).toEqual([{ command: 'C:\\Users\\ana\\.clawdbot\\gateway.cmd', arguments: '', workingDirectory: '' }]);
  });

  it.each([
    ['nothing', ''],
    ['no XML', 'ERROR: The system cannot find the file specified.'],
    ['no namespace', '<Task><Actions><Exec><Command>x</Command></Exec></Actions></Task>'],
    ['another root', '<Tasks xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"/>'],
    ['no action', '<Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"><Actions/></Task>'],
    [
      'a bare &',
      '<Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"><Actions><Exec><Command>a & b</Command></Exec></Actions></Task>',
    ],
    ['two roots', '<a/><b/>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['deep nesting', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`],
  ])('is not made of %s', (_, source) => expect(parseTask(source)).toBeUndefined());

  it('cannot carry a character that XML has no words for', () => {
    const [task] = fc.sample(anyTask, 1) as [Task];
    for (const bad of ['a\u0001b', 'a\nb', '\ud800', '\uffff'])
      expect(() => renderTask({ ...task, description: bad })).toThrow('cannot be written');
  });
});

describe('the XML of WinSW', () => {
  const unexpanded = trimmed.filter((s) => !/%[^%]+%/.test(s));
  const some = unexpanded.filter((s) => s !== '');
  const any: fc.Arbitrary<WinswConfig> = fc.record({
    ...{ id: some, name: some, description: some, workingDirectory: some, logPath: some },
    argv: fc
      .tuple(some, fc.array(text, { maxLength: 5 }))
      .map(([program, words]) => [program, ...words])
      .filter((argv) => !/%[^%]+%/.test(argv.slice(1).join(' '))),
    environment: fc.dictionary(name, unexpanded, { maxKeys: 5 }),
    account: fc.constantFrom(undefined, 'ana', 'PC\\ana'),
    settings: fc.constant({
      'log.mode': 'roll-by-size',
      'log.sizeThreshold': '10240',
      'log.keepFiles': '8',
      stoptimeout: '30 sec',
    }),
    restartDelays: fc.constantFrom([], ['2 sec', '10 sec']),
  });

  it('is read back as it was written, whatever stands in it', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(any, (config) => {
        expect(parseWinsw(renderWinsw(config))).toEqual(config);
      }),
    );
  });

  it.each(['%PATH%', 'a%X%b'])('refuses %j, which WinSW puts something else in place of', (bad) => {
    const [config] = fc.sample(any, 1) as [WinswConfig];
    expect(() => renderWinsw({ ...config, environment: { A: bad } })).toThrow('between two percent signs');
    expect(() => renderWinsw({ ...config, argv: ['C:\\node.exe', bad] })).toThrow('between two percent signs');
  });

  it.each(['', '<service/>', '<service><id>x</id></service>', 'no XML'])('finds no service in %j', (source) => {
    expect(parseWinsw(source)).toBeUndefined();
  });
});

describe('xmllint', () => {
  const whyNot = whyNoProgram('xmllint');

  it.skipIf(whyNot)(unless(whyNot, 'reads back every XML as it was meant'), { timeout: 60_000 }, async () => {
    const dir = await tempDir();
    try {
      for (const [i, task] of fc.sample(anyTask, 20).entries()) {
        const file = path.join(dir.path, `${i}.xml`);
        writeFileSync(file, Buffer.from(renderTask(task), 'utf16le'));
        const canonical = execFileSync('xmllint', ['--nonet', '--c14n', file], { encoding: 'utf8', stdio: 'pipe' });
        expect(parseXml(canonical)).toEqual(parseXml(renderTask(task)));
      }
    } finally {
      await dir.remove();
    }
  });
});
