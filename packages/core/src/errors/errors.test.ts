import { describe, expect, it } from 'vitest';
import { browserProblem, isBrowserCode } from './browser-problem.ts';
import type { ProblemCode } from './catalogue.ts';
import { everyEntry } from './every.ts';
import { EXIT_MEANINGS, PROBLEM_MEANINGS } from './meanings.ts';
import { isProblem, Problem } from './problem.ts';
import { redact } from './redact.ts';
import { renderProblem } from './render.ts';

describe('the catalogue', () => {
  it('gives every code a documented exit code and a meaning that ends as a sentence', () => {
    for (const [code, entry] of Object.entries(everyEntry)) {
      expect(EXIT_MEANINGS, code).toHaveProperty(String(entry.exit));
      expect(PROBLEM_MEANINGS[code as ProblemCode], code).toMatch(/^[A-Z0-9-].*\.$/s);
    }
  });
});

describe('renderProblem', () => {
  it('carries the offending value, the next command, the exit code and the details', () => {
    const problem = new Problem('SERVICE_NOT_INSTALLED', { name: 'zero-gateway-rescue' });
    expect(renderProblem(problem, { command: 'zero --profile rescue' })).toEqual({
      code: 'SERVICE_NOT_INSTALLED',
      message: 'the service zero-gateway-rescue is not installed',
      hint: 'zero --profile rescue gateway install',
      exitCode: 3,
      details: { name: 'zero-gateway-rescue' },
    });
  });

  it('has the texts of a code that only some commands load, as they come with the problem', () => {
    const problem = browserProblem('BROWSER_URL_REFUSED', { url: 'file:///etc/passwd' });
    expect(renderProblem(problem, { command: 'zero' })).toEqual({
      code: 'BROWSER_URL_REFUSED',
      message: 'browsers are not sent to file:///etc/passwd',
      hint: 'give an address that begins with http:// or https://, or about:blank',
      exitCode: 2,
      details: { url: 'file:///etc/passwd' },
    });
    expect(isProblem(problem, 'BROWSER_URL_REFUSED')).toBe(true);
    expect([isBrowserCode('BROWSER_GONE'), isBrowserCode('PORT_TAKEN'), isBrowserCode('toString')]).toEqual([true, false, false]);
  });

  it.each([
    ['/etc/systemd/system/x.service', 'uninstall that one first: sudo zero gateway uninstall --system'],
    ['/Library/LaunchDaemons/x.plist', 'uninstall that one first: sudo zero gateway uninstall --system'],
    ['/home/ana/.config/systemd/user/x.service', 'uninstall that one first: zero gateway uninstall'],
    [
      String.raw`C:\ProgramData\polygate\services\ZERO Gateway.xml`,
      'uninstall that one first, as an administrator: zero gateway uninstall --system',
    ],
    [
      String.raw`C:\Users\ana\AppData\Local\polygate\services\ZERO Gateway.cmd`,
      'uninstall that one first: zero gateway uninstall',
    ],
  ])('names the command that removes the service at %s', (path, hint) => {
    expect(renderProblem(new Problem('SERVICE_IN_OTHER_SCOPE', { name: 'x', path }), { command: 'zero' })).toMatchObject({
      hint,
    });
  });

  it('sends nobody to sudo on Windows', () => {
    const params = { what: 'a service of the system', line: 'zero gateway install --system' };
    const said = (more: object) => renderProblem(new Problem('ROOT_NEEDED', { ...params, ...more }), { command: 'zero' });
    expect(said({})).toMatchObject({ message: "a service of the system is root's to change", hint: params.line });
    expect(said({ administrator: true })).toMatchObject({
      message: "a service of the system is an administrator's to change",
      hint: expect.stringContaining(`«Run as administrator»: ${params.line}`),
    });
  });

  it('lists every issue of a file with line and path', () => {
    const issues = [
      { path: 'gateway.port', message: 'must be integer', line: 3, column: 11 },
      { path: 'gateway.mode', message: 'must be local or remote', line: 4, column: 11 },
    ];
    const { message } = renderProblem(new Problem('CONFIG_INVALID', { file: '/s/zero.json', issues }), { command: 'zero' });
    expect(message).toBe(
      '2 problems in /s/zero.json\n  /s/zero.json:3:11 gateway.port: must be integer\n  /s/zero.json:4:11 gateway.mode: must be local or remote',
    );
  });

  it('turns what was not foreseen into UNEXPECTED with exit 1', () => {
    expect(renderProblem(new TypeError('x is undefined'), { command: 'zero' })).toMatchObject({
      code: 'UNEXPECTED',
      message: 'x is undefined',
      exitCode: 1,
    });
  });

  it('scrubs secrets from message, hint and details alike', () => {
    const canary = 'canary-7f3a';
    const params = { command: `x --token ${canary}`, reason: `login with ${canary} failed` };
    const out = JSON.stringify(renderProblem(new Problem('MANAGER_FAILED', params), { command: 'zero', secrets: [canary] }));
    expect(out).not.toContain(canary);
  });
});

describe('redact', () => {
  it.each([
    ['--token abcdef x', '--token *** x'],
    ['ZERO_GATEWAY_TOKEN=abcdef', 'ZERO_GATEWAY_TOKEN=***'],
    ['{"token": "abcdef", "port": 1}', '{"token": "***", "port": 1}'],
    ['ws://user:hunter22@host/', 'ws://user:***@host/'],
    ['gateway token mismatch', 'gateway token mismatch'],
    ['gateway.auth.token: must be string', 'gateway.auth.token: must be string'],
  ])('%s', (text, expected) => expect(redact(text)).toBe(expected));
});

describe('isProblem', () => {
  it('tells a code from the others', () => {
    const problem = new Problem('HOME_MISSING', { home: undefined });
    const codes: ProblemCode[] = ['HOME_MISSING'];
    expect(isProblem(problem, ...codes)).toBe(true);
    expect(isProblem(problem, 'USAGE')).toBe(false);
    expect(isProblem(new Error('x'))).toBe(false);
  });
});
