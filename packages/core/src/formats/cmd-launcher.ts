import { Problem } from '../errors/problem.ts';
import { nameOf, quoteArgument, refuseUnwritable, refuseVariableName, splitCommandLine } from './windows-values.ts';

/** A batch file that runs a service: with its variables, in its directory, again and again until it is told to stop. */
export interface ServiceCmd {
  description: string;
  workingDirectory: string;
  environment: Record<string, string>;
  argv: string[];
  /** What the program prints is added to this file. */
  log: string | undefined;
  /** While this file is there, nothing is started again. */
  stopFile: string | undefined;
}

const MARK = 'polygate service launcher 1';
/** cmd.exe takes no longer line (8191, Windows 10). */
const LONGEST_LINE = 8000;
/** A log larger than this is set aside before the next start. */
const LARGEST_LOG = 10 * 1024 * 1024;
const LOG = 'the path of the log';
/** Exit status of a fatal configuration: another start cannot help. */
const FATAL = 78;
const SYSTEM = String.raw`%SystemRoot%\System32`;

/**
 * The batch file, with CRLF line ends and no mark. ASCII where it can be: cmd reads a script in the code page of its console,
 * which is made UTF-8 where something is not. The task's own restart is no help (it takes a program that ended for one that is
 * done), so the loop is in here: at once after a run of two minutes or more, then after 1, 2, 4 … 60 seconds; not after 78.
 * Inverse: parseServiceCmd. @throws Problem VALUE_UNQUOTABLE
 */
export function renderServiceCmd(launcher: ServiceCmd & { log: string; stopFile: string }): string {
  const { description, workingDirectory, environment, argv, log, stopFile } = launcher;
  if (/^[\\/]{2}/.test(workingDirectory))
    throw new Problem('VALUE_UNQUOTABLE', {
      what: 'the working directory',
      reason: 'cmd.exe cannot work in a directory of the network',
    });
  const stop = cmdPath(stopFile, 'the path of the stop file');
  const directory = cmdPath(workingDirectory, 'the working directory');
  const file = cmdPath(log, LOG);
  const folder = cmdPath(log.slice(0, Math.max(log.lastIndexOf('\\'), 0)), LOG);
  const command = argv.map((word, i) => cmdWord(word, nameOf(i))).join(' ');
  const lines = [
    `rem ${MARK}`,
    `rem ${remark(description)}`,
    'setlocal EnableExtensions DisableDelayedExpansion',
    // Not `cd … ||`: Wine 8 takes the status of an earlier command for that of cd.
    `if not exist ${directory} exit /b 1`,
    `cd /d ${directory}`,
    ...Object.entries(environment).map(([name, value]) => assignment(name, value)),
    'set "POLYGATE_WAIT=1"',
    // What is started now is meant to run, whoever stopped it before.
    `if exist ${stop} del ${stop}`,
    `if not exist ${folder} mkdir ${folder}`,
    ':start',
    `if exist ${file} for %%F in (${file}) do if %%~zF GTR ${LARGEST_LOG} move /y ${file} ${cmdPath(`${log}.1`, LOG)} > nul`,
    ...minuteInto('POLYGATE_BEGAN'),
    `${command} >> ${file} 2>&1 < nul`,
    'set "POLYGATE_CODE=%ERRORLEVEL%"',
    `if "%POLYGATE_CODE%"=="${FATAL}" exit /b ${FATAL}`,
    `if exist ${stop} exit /b 0`,
    ...minuteInto('POLYGATE_ENDED'),
    'set /a "POLYGATE_RAN=(POLYGATE_ENDED-POLYGATE_BEGAN+1440) %% 1440"',
    'if %POLYGATE_RAN% GEQ 2 set "POLYGATE_WAIT=0"',
    'set /a "POLYGATE_PINGS=POLYGATE_WAIT+1"',
    // `timeout` refuses to wait without a console to read from; a ping to oneself does.
    `"${SYSTEM}\\ping.exe" -n %POLYGATE_PINGS% 127.0.0.1 > nul`,
    // Told to stop while it waited.
    `if exist ${stop} exit /b 0`,
    'set /a "POLYGATE_WAIT=POLYGATE_WAIT*2"',
    'if %POLYGATE_WAIT% LSS 1 set "POLYGATE_WAIT=1"',
    'if %POLYGATE_WAIT% GTR 60 set "POLYGATE_WAIT=60"',
    'goto start',
  ];
  const long = lines.find((line) => line.length > LONGEST_LINE);
  if (long !== undefined)
    throw new Problem('VALUE_UNQUOTABLE', {
      what: long.slice(0, 40),
      reason: `a line of cmd.exe has no more than ${LONGEST_LINE} characters`,
    });
  const utf8 = lines.every((line) => ASCII.test(line)) ? [] : [`"${SYSTEM}\\chcp.com" 65001 > nul`];
  return ['@echo off', ...utf8, ...lines, ''].join('\r\n');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range is what is meant
const ASCII = /^[\u0000-\u007f]*$/;

/** Minutes since midnight. The time has two digits, a separator of the language, two digits; a leading blank before 10 o'clock. */
const minuteInto = (name: string): string[] => [
  'set "POLYGATE_TIME=%TIME: =0%"',
  `set /a "${name}=(1%POLYGATE_TIME:~0,2%-100)*60+1%POLYGATE_TIME:~3,2%-100"`,
];

/** The end of a remark would join the next line; and `%~` in one is an error to cmd. */
function remark(text: string): string {
  refuseUnwritable(text, 'the description');
  if (text !== text.trim() || text === '' || text.endsWith('^'))
    throw new Problem('VALUE_UNQUOTABLE', {
      what: 'the description',
      reason: 'it is empty, or begins or ends with a blank or ^',
    });
  return text.replaceAll('%', '%%');
}

function assignment(name: string, value: string): string {
  refuseVariableName(name);
  if (value === '')
    throw new Problem('VALUE_UNQUOTABLE', { what: `the value of ${name}`, reason: 'cmd.exe has no variables that are empty' });
  refuseQuote(value, `the value of ${name}`);
  return `set "${name}=${value.replaceAll('%', '%%')}"`;
}

function cmdWord(word: string, what: string): string {
  refuseQuote(word, what);
  return quoteArgument(word, what).replaceAll('%', '%%');
}

/** A path for cmd itself, which takes a backslash before the quote for what it is. */
function cmdPath(path: string, what: string): string {
  refuseQuote(path, what);
  return `"${path.replaceAll('%', '%%')}"`;
}

/** cmd counts quotes by itself: after one in a value, an `&` would begin another command. */
function refuseQuote(value: string, what: string): void {
  refuseUnwritable(value, what);
  if (value.includes('"'))
    throw new Problem('VALUE_UNQUOTABLE', { what, reason: 'a value in a batch file cannot contain a double quote' });
}

/** Variables of the launcher itself. */
const OWN = /^POLYGATE_(WAIT|CODE|TIME|BEGAN|ENDED|RAN|PINGS)$/;

/**
 * What a batch file runs, whoever wrote it: Polygate, or an installer of the family (`set K=V` without quotes, `cd /d`, one
 * command). Total; undefined where it runs nothing.
 */
export function parseServiceCmd(text: string): ServiceCmd | undefined {
  const found: ServiceCmd = {
    description: '',
    workingDirectory: '',
    environment: {},
    argv: [],
    log: undefined,
    stopFile: undefined,
  };
  for (const raw of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    const line = raw.trimStart();
    const word = /^@?"?([^\s"]*)/.exec(line)?.[1]?.toLowerCase() ?? '';
    if (word === 'rem' || word === '::') {
      const said = line.replace(/^@?(rem|::) ?/i, '');
      if (found.description === '' && said !== MARK) found.description = said.replaceAll('%%', '%');
    } else if (word === 'cd') found.workingDirectory = pathIn(line.replace(/^@?cd(\s+\/d)?\s+/i, ''));
    else if (word === 'set') takeVariable(found, line);
    else if (word === 'if') found.stopFile ??= stopFileIn(line);
    else if (found.argv.length === 0 && isProgram(word)) takeCommand(found, line);
  }
  return found.argv.length > 0 ? found : undefined;
}

/** It was written by this module, and says all that an install would. */
export const isOwnServiceCmd = (text: string): boolean => text.includes(`\r\nrem ${MARK}\r\n`);

const BUILT_IN =
  /^(|@?echo|setlocal|endlocal|goto|exit|for|call|pause|title|chcp|.*\\chcp\.com|.*\\ping\.exe|ping|timeout|pushd|popd|:.*|\(|\))$/;
const isProgram = (word: string) => !BUILT_IN.test(word);

function takeVariable({ environment }: ServiceCmd, line: string): void {
  const [, quoted, plain] = /^@?set\s+(?:"([^=]+=.*)"\s*|(?!\/)([^="]+=.*))$/is.exec(line) ?? [];
  const said = quoted ?? plain;
  if (said === undefined) return;
  const at = said.indexOf('=');
  const name = said.slice(0, at);
  if (!OWN.test(name)) environment[name] = said.slice(at + 1).replaceAll('%%', '%');
}

const stopFileIn = (line: string) => /^if exist "([^"]*)" exit \/b 0$/i.exec(line.trim())?.[1]?.replaceAll('%%', '%');

function pathIn(text: string): string {
  const said = /^"([^"]*)"/.exec(text)?.[1] ?? text.split(/\s+\|\|/)[0] ?? '';
  return said.trim().replaceAll('%%', '%');
}

/** What stands before the first redirection. */
function takeCommand(found: ServiceCmd, line: string): void {
  const [command, ...redirections] = outsideQuotes(line);
  found.argv = splitCommandLine(command ?? '').map((word) => word.replaceAll('%%', '%'));
  const log = redirections.find((text) => !/^(&1|\s*nul\b)/i.test(text) && text.trim() !== '');
  if (log !== undefined) found.log = pathIn(log.trim());
}

/** The parts of a line between redirections (`>>`, `2>`, `<`), which count outside of quotes alone. */
function outsideQuotes(line: string): string[] {
  const parts: string[] = [''];
  let quoted = false;
  for (const c of line.replace(/^@/, '')) {
    if (c === '"') quoted = !quoted;
    if (!quoted && (c === '>' || c === '<')) {
      // The number of a stream stands right before it.
      parts[parts.length - 1] = (parts.at(-1) ?? '').replace(/(^|\s)[012]$/, '$1');
      parts.push('');
    } else parts[parts.length - 1] += c;
  }
  return parts;
}
