import { describe, expect, it } from 'vitest';
import { browserArguments, browserEnvironment, debuggingPortOf, isOnData, isOnOtherData } from './arguments.ts';
import { checkPageUrl } from './page-url.ts';
import { type BrowserRecord, type MachineNames, parseProfileLock, whereIsHolder } from './profile-lock.ts';
import { secretsOfCdpUrl, shownCdpUrl, socketUrl, versionUrl } from './remote.ts';
import { listeningAt, saysPortTaken, whyNotStarted } from './said.ts';

const start = { platform: 'linux', port: 18_800, userDataDir: '/s/browser/zero/user-data', headless: false, noSandbox: false };

describe('the command line of a browser', () => {
  it('names its own port and its own data, and opens a blank page', () => {
    const args = browserArguments(start);
    expect(args).toEqual(expect.arrayContaining(['--remote-debugging-port=18800', '--user-data-dir=/s/browser/zero/user-data']));
    expect(args.at(-1)).toBe('about:blank');
    expect(args.join(' ')).not.toMatch(/sandbox|headless/);
  });

  it('has no window, and no sandbox, where the config says so', () => {
    expect(browserArguments({ ...start, headless: true })).toContain('--headless=new');
    expect(browserArguments({ ...start, noSandbox: true })).toContain('--no-sandbox');
    expect(browserArguments({ ...start, platform: 'darwin' })).not.toContain('--disable-dev-shm-usage');
  });

  it.each([
    [true, '/usr/lib/chromium/chromium --remote-debugging-port=18800 --user-data-dir=/s/browser/zero/user-data about:blank'],
    [true, 'chromium --user-data-dir=/s/browser/zero/user-data'],
    [false, 'chromium --user-data-dir=/s/browser/zero/user-data2'],
    [false, 'chromium --type=renderer --user-data-dir=/s/browser/zero/user-data'],
    [false, 'vi /s/browser/zero/user-data'],
  ])('tells that a process is that browser: %s for %s', (is, line) => expect(isOnData(line, start.userDataDir)).toBe(is));

  it('tells on which port it listens', () => {
    expect(debuggingPortOf(`chromium ${browserArguments(start).join(' ')}`)).toBe(18_800);
    expect(debuggingPortOf('chromium --remote-debugging-port=x')).toBeUndefined();
    expect(debuggingPortOf('chromium')).toBeUndefined();
  });

  it('tells one on other data from one of which nothing can be seen', () => {
    expect(isOnOtherData('chromium --user-data-dir=/other about:blank', start.userDataDir)).toBe(true);
    expect(isOnOtherData(`chromium --user-data-dir=${start.userDataDir} about:blank`, start.userDataDir)).toBe(false);
    expect(isOnOtherData('/Applications/Chromium.app/Contents/MacOS/Chrom', start.userDataDir)).toBe(false);
  });
});

describe('the environment of a browser', () => {
  it('is what it needs, by name, and no secret of anybody', () => {
    const env = {
      ...{ PATH: '/bin', HOME: '/home/ana', DISPLAY: ':0', LC_ALL: 'C', XDG_RUNTIME_DIR: '/run/1', https_proxy: 'p' },
      ...{ ZERO_GATEWAY_TOKEN: 's', OPENAI_API_KEY: 'k', NODE_OPTIONS: '--inspect', SSH_AUTH_SOCK: '/x', EMPTY: undefined },
    };
    expect(Object.keys(browserEnvironment(env)).sort()).toEqual(
      ['DISPLAY', 'HOME', 'LC_ALL', 'PATH', 'XDG_RUNTIME_DIR', 'https_proxy'].sort(),
    );
  });

  it('has the names of Windows in any case', () => {
    expect(Object.keys(browserEnvironment({ SystemRoot: 'C:', Path: 'p', 'ProgramFiles(x86)': 'x' }))).toHaveLength(3);
  });
});

describe('checkPageUrl', () => {
  it.each([
    ['https://example.com', 'https://example.com/'],
    [' http://127.0.0.1:8080/a?b#c ', 'http://127.0.0.1:8080/a?b#c'],
    ['HTTP://EXAMPLE.com/%20', 'http://example.com/%20'],
    ['about:blank', 'about:blank'],
  ])('lets %j through', (text, url) => expect(checkPageUrl(text)).toBe(url));

  it.each([
    ...['file:///etc/passwd', 'FILE:///etc/passwd', 'chrome://settings', 'about:version', 'about:blank?x', 'javascript:alert(1)'],
    ...[
      'data:text/html,x',
      'view-source:http://x',
      'ftp://x/',
      'ws://x/',
      'example.com',
      '/etc/passwd',
      '',
      'http://',
      'filesystem:http://x/',
    ],
    `http://x/${'a'.repeat(9_000)}`,
  ])('refuses %j', (text) => expect(() => checkPageUrl(text)).toThrow(/^browsers are not sent to /));
});

describe('a browser elsewhere', () => {
  it('is shown without what is secret in its address', () => {
    expect(shownCdpUrl('https://ana:geheim@far.example/a?token=abc')).toBe('https://***@far.example/a?***');
    expect(shownCdpUrl('http://127.0.0.1:9222')).toBe('http://127.0.0.1:9222');
    expect(shownCdpUrl('no url with a secret')).toBe('***');
    expect(secretsOfCdpUrl('https://ana:ge%20heim@far.example/a?token=abcd&x=1')).toEqual(['ge%20heim', 'ge heim', 'abcd']);
    expect(secretsOfCdpUrl('nonsense')).toEqual([]);
  });

  it('is asked where its socket is, unless the address says so', () => {
    expect(versionUrl('http://10.0.0.9:9222')).toBe('http://10.0.0.9:9222/json/version');
    expect(versionUrl('https://far.example/chrome/?token=abc')).toBe('https://far.example/chrome/json/version?token=abc');
    expect(versionUrl('wss://far.example/devtools/browser/x')).toBeUndefined();
  });

  it.each([
    ['http://10.0.0.9:9222', 'ws://localhost/devtools/browser/x', 'ws://10.0.0.9:9222/devtools/browser/x'],
    ['https://far.example?token=abc', 'ws://0.0.0.0:3000/d', 'wss://far.example/d?token=abc'],
    ['https://ana:pw@far.example', 'ws://127.0.0.1:9222/d', 'wss://ana:pw@far.example/d'],
  ])('at %s, which calls itself %s, is reached at %s', (given, reported, reached) =>
    expect(socketUrl(given, reported)).toBe(reached),
  );
});

describe('what a browser says', () => {
  it('is where it listens, or that it cannot', () => {
    const line = 'DevTools listening on ws://127.0.0.1:18800/devtools/browser/1b6e5e4e-0f6e-4c0a-9b4e-2b1f6a7d9c3e';
    expect(listeningAt(line)).toBe('ws://127.0.0.1:18800/devtools/browser/1b6e5e4e-0f6e-4c0a-9b4e-2b1f6a7d9c3e');
    expect(listeningAt('DevTools listening on ws://10.0.0.9:18800/devtools/browser/x')).toBeUndefined();
    expect(saysPortTaken('[1:1:1125/0915.1:ERROR:devtools_http_handler.cc(312)] Cannot start http server for devtools.')).toBe(
      true,
    );
  });

  it.each([
    ['sandbox', 'Running as root without --no-sandbox is not supported. See https://crbug.com/638180.'],
    ['sandbox', 'No usable sandbox! If you are running on Ubuntu 23.10+ or another Linux distro'],
    ['display', 'Missing X server or $DISPLAY'],
    ['other', 'The profile appears to be in use by another Chromium process (42) on another computer (box).'],
    ['other', 'something else went wrong'],
  ])('is why it did not start: %s', (why, text) => {
    const lines = ['[9:9:1125/0915.1:WARNING:x.cc(1)] noise', `[9:9:1125/0915.2:ERROR:y.cc(2)] ${text}`, ''];
    expect(whyNotStarted(lines)).toEqual({ why, line: text });
  });

  it('may be nothing', () => expect(whyNotStarted([])).toEqual({ why: 'other', line: '' }));
});

describe('the lock on the data of a browser', () => {
  const here: MachineNames = { host: 'box', id: 'machine-1', boot: 'boot-1', space: 'pid:[1]' };
  const record = (machine: Partial<MachineNames> = {}): BrowserRecord => ({
    ...{ pid: 42, stamp: 'boot-1/99', kind: 'chromium', port: 18_800, startedAt: 0 },
    machine: { ...here, ...machine },
  });
  const lock = { host: 'box', pid: 42 };

  it('names a host, which may have a "-" in it, and a pid', () => {
    expect(parseProfileLock('my-box-4242')).toEqual({ host: 'my-box', pid: 4242 });
    for (const text of ['', 'box', 'box-', 'box-x', 'box-99999999999']) expect(parseProfileLock(text), text).toBeUndefined();
  });

  it.each([
    ['here', 'a lock of this host, of which nothing is known', lock, undefined, here],
    ['here', 'one of this very start of the system', lock, record(), here],
    ['here', 'the host has another name by now', lock, record(), { ...here, host: 'renamed' }],
    ['gone', 'the system was started anew since', lock, record(), { ...here, boot: 'boot-2' }],
    ['gone', 'started anew under another name', lock, record(), { ...here, boot: 'boot-2', host: 'renamed' }],
    ['elsewhere', 'another container of this machine', lock, record(), { ...here, space: 'pid:[2]' }],
    ['elsewhere', 'another host, of which nothing is known', { host: 'far', pid: 42 }, undefined, here],
    ['elsewhere', 'another host, and the record is of another browser', { host: 'far', pid: 7 }, record(), here],
    [
      'elsewhere',
      'another host, where systems have no names',
      lock,
      record({ boot: '', id: '' }),
      { ...here, host: 'x', boot: '', id: '' },
    ],
  ] as const)('is looked up %s: %s', (where, _, of, known, now) => expect(whereIsHolder(of, known, now)).toBe(where));
});
