import { Problem } from '../errors/problem.ts';
import { CALLED_AS } from '../product/called-as.ts';

/** A small program of another name that starts Polygate under that name. */
export interface Launcher {
  /** The name it stands for: the command that a product's documents type. */
  name: string;
  /** Absolute path of the node binary. */
  node: string;
  /** Absolute path of Polygate's entry file. */
  entry: string;
}

const MARK = 'launcher of polygate for ';

/** A launcher for POSIX shells. Inverse: readLauncher. @throws Problem VALUE_UNQUOTABLE */
export function renderShLauncher({ name, node, entry }: Launcher): string {
  return `#!/bin/sh
# ${MARK}${name}
node=${sh(node)}
[ -x "$node" ] || node=node
exec "$node" ${sh(entry)} ${CALLED_AS}${name} "$@"
`;
}

/**
 * A launcher for cmd.exe. A path outside ASCII is written relative to the launcher, which lies in the same home as a rule:
 * cmd reads a script in the console's code page, whatever that is. Inverse: readLauncher, but for such paths.
 * @throws Problem VALUE_UNQUOTABLE
 */
export function renderCmdLauncher({ name, node, entry }: Launcher, relative: (path: string) => string): string {
  const path = (what: string, value: string) => cmd(what, ASCII.test(value) ? value : `%~dp0${relative(value)}`);
  return [
    '@echo off',
    `rem ${MARK}${name}`,
    `${path('the path of node', node)} ${path('the path of polygate', entry)} ${CALLED_AS}${name} %*`,
    'exit /b %errorlevel%',
    '',
  ].join('\r\n');
}

/** The launcher that a text is; undefined for any other program. */
export function readLauncher(text: string): Launcher | undefined {
  const name = /^(?:#|rem) launcher of polygate for ([a-z][a-z0-9-]*)\r?$/m.exec(text)?.[1];
  if (name === undefined) return undefined;
  const [, node, entry] = SH.exec(text) ?? CMD.exec(text) ?? [];
  if (node === undefined || entry === undefined) return undefined;
  const plain = text.startsWith('#!') ? unsh : uncmd;
  return { name, node: plain(node), entry: plain(entry) };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range is what is meant
const ASCII = /^[\u0000-\u007f]*$/;
// Not `.`: a path may hold U+2028, which ends a line for a regular expression and for no shell.
const SH = /^node=('[^\n]*')\n[^\n]*\nexec "\$node" ('[^\n]*') --called-as=/m;
const CMD = /^"([^"]*)" "([^"]*)" --called-as=/m;

function sh(value: string): string {
  refuse('a path', value, /[\0\r\n]/);
  return `'${value.replaceAll("'", "'\\''")}'`;
}
const unsh = (quoted: string) => quoted.slice(1, -1).replaceAll("'\\''", "'");

function cmd(what: string, value: string): string {
  refuse(what, value, /[\0\r\n"]/);
  if (!ASCII.test(value))
    throw new Problem('VALUE_UNQUOTABLE', { what, reason: 'cmd.exe cannot read a character outside ASCII' });
  return `"${value.startsWith('%~dp0') ? `%~dp0${value.slice(5).replaceAll('%', '%%')}` : value.replaceAll('%', '%%')}"`;
}
const uncmd = (text: string) => text.replaceAll('%%', '%');

function refuse(what: string, value: string, bad: RegExp): void {
  if (bad.test(value)) throw new Problem('VALUE_UNQUOTABLE', { what, reason: 'it contains a line break, NUL or a quote' });
}
