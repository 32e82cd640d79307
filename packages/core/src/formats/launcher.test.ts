import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../errors/problem.ts';
import { readLauncher, renderCmdLauncher, renderShLauncher } from './launcher.ts';

const none = () => expect.unreachable('asked for a relative path');
const windows = (relative: string) => () => relative;
const launcher = { name: 'openclaw', node: '/usr/bin/node', entry: '/opt/polygate/bin/polygate.cjs' };

describe('a launcher for sh', () => {
  it('starts node with the entry and the name, and goes on when that node is gone', () => {
    expect(renderShLauncher(launcher).split('\n')).toEqual([
      '#!/bin/sh',
      '# launcher of polygate for openclaw',
      "node='/usr/bin/node'",
      '[ -x "$node" ] || node=node',
      `exec "$node" '/opt/polygate/bin/polygate.cjs' --called-as=openclaw "$@"`,
      '',
    ]);
  });

  it('comes back from its text, whatever the paths', () => {
    const path = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/[\0\r\n]/.test(text));
    fc.assert(
      fc.property(path, path, (node, entry) => {
        const made = { name: 'ws-agent', node: `/${node}`, entry: `/${entry}` };
        expect(readLauncher(renderShLauncher(made))).toEqual(made);
      }),
    );
  });
});

describe('a launcher for cmd.exe', () => {
  it('has CRLF lines, keeps % as it is, and gives the exit code on', () => {
    const entry = 'C:\\Users\\100%\\npm\\polygate.mjs';
    const text = renderCmdLauncher({ name: 'zero', node: 'C:\\Program Files\\nodejs\\node.exe', entry }, none);
    expect(text.split('\r\n')).toEqual([
      '@echo off',
      'rem launcher of polygate for zero',
      '"C:\\Program Files\\nodejs\\node.exe" "C:\\Users\\100%%\\npm\\polygate.mjs" --called-as=zero %*',
      'exit /b %errorlevel%',
      '',
    ]);
    expect(readLauncher(text)).toEqual({ name: 'zero', node: 'C:\\Program Files\\nodejs\\node.exe', entry });
  });

  it('is written relative to itself where a path is outside ASCII, and refused where that does not help', () => {
    const node = 'C:\\node.exe';
    const entry = 'C:\\Users\\José\\npm\\polygate.mjs';
    expect(renderCmdLauncher({ name: 'zero', node, entry }, windows('..\\npm\\polygate.mjs'))).toContain(
      '"%~dp0..\\npm\\polygate.mjs" --called-as',
    );
    try {
      renderCmdLauncher({ name: 'zero', node, entry }, windows('..\\José\\polygate.mjs'));
      expect.unreachable();
    } catch (error) {
      if (!isProblem(error, 'VALUE_UNQUOTABLE')) throw error;
      expect(error.params.what).toBe('the path of polygate');
    }
  });
});

describe('readLauncher', () => {
  it.each([
    ['', undefined],
    ['#!/bin/sh\nexec openclaw "$@"\n', undefined],
    ['# launcher of polygate for openclaw\n', undefined],
    ['\u007fELF\0\0launcher of polygate for openclaw', undefined],
  ])('takes %j for another program', (text, expected) => expect(readLauncher(text)).toBe(expected));

  it.each(['/a\nb', '/a\0b'])('has no launcher with the path %j to read', (entry) => {
    expect(() => renderShLauncher({ ...launcher, entry })).toThrow('line break');
  });
});
