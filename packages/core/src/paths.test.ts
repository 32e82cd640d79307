import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { absolute, isWithin, samePath } from './paths.ts';

const { posix, win32 } = path;

describe('absolute', () => {
  it.each([
    ['/srv/x', '/srv/x'],
    ['/srv/x/', '/srv/x'],
    ['/srv//x/../y', '/srv/y'],
    ['~', '/home/ana'],
    ['~/x', '/home/ana/x'],
    ['~ana/x', '/work/~ana/x'],
    ['~\\x', '/work/~\\x'],
    ['x', '/work/x'],
    ['.', '/work'],
  ])('takes %j for %s', (value, expected) => expect(absolute(posix, '/home/ana', '/work', value)).toBe(expected));

  it.each([
    ['~\\x', 'C:\\Users\\Ana\\x'],
    ['~/x', 'C:\\Users\\Ana\\x'],
    ['d:/x', 'd:\\x'],
    ['x', 'C:\\work\\x'],
    ['\\x', 'C:\\x'],
    ['\\\\server\\share\\x', '\\\\server\\share\\x'],
  ])('takes %j for %s on Windows', (value, expected) => {
    expect(absolute(win32, 'C:\\Users\\Ana', 'C:\\work', value)).toBe(expected);
  });
});

describe('isWithin', () => {
  it.each([
    ['/a', '/a', true],
    ['/a', '/a/b/c', true],
    ['/a', '/a/..b', true],
    ['/a', '/ab', false],
    ['/a/b', '/a', false],
    ['/a', '/b', false],
    ['/', '/a', true],
  ])('%s holds %s: %s', (outer, inner, expected) => expect(isWithin(posix, outer, inner)).toBe(expected));

  it('knows that another drive is elsewhere', () => {
    expect(isWithin(win32, 'C:\\a', 'D:\\a\\b')).toBe(false);
    expect(isWithin(win32, 'C:\\a', 'c:\\A\\b')).toBe(true);
  });
});

describe('samePath', () => {
  it('minds the case of letters, but not on Windows', () => {
    expect(samePath(posix, '/a/B', '/a/b')).toBe(false);
    expect(samePath(posix, '/a/b', '/a/b')).toBe(true);
    expect(samePath(win32, 'C:\\a\\B', 'c:\\A\\b')).toBe(true);
  });
});
