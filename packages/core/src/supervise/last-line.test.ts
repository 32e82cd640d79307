import { describe, expect, it } from 'vitest';
import { lastWords } from './last-line.ts';

const of = (tail: string, secrets: string[] = [], begun = false) => lastWords(tail, secrets, begun);

describe('lastWords', () => {
  it('is the last line that is not empty', () => {
    expect(of('one\ntwo\n\n  \n')).toBe('two');
    expect(of('one\r\nhalf')).toBe('half');
    expect(of('\n \n')).toBeNull();
    expect(of('')).toBeNull();
  });

  it('is the message of an error, not what Node prints below it', () => {
    const printed = 'Error: listen EADDRINUSE\n    at Server.listen (node:net:1)\n    at main {\n}\n\nNode.js v20.20.2\n';
    expect(of(`x\n${printed}`)).toBe('Error: listen EADDRINUSE');
    expect(of('Node.js v20.20.2\n')).toBe('Node.js v20.20.2');
  });

  it('has no escape sequences and no control characters', () => {
    expect(of('\u001b[31mred\u001b[0m \u001b]0;title\u0007tail\u0000\u202e\n')).toBe('red tail');
    expect(of('progress 1%\rprogress 2%')).toBe('progress 2%');
  });

  it('masks secrets before it is cut', () => {
    expect(of(`${'x'.repeat(490)} abcdefghijklmnop`, ['abcdefghijklmnop'])).toBe(`${'x'.repeat(490)} ***`);
    expect(of('GATEWAY_TOKEN=hunter22')).toBe('GATEWAY_TOKEN=***');
  });

  it('has 500 characters at most, and of a line that began before the tail its end', () => {
    expect(of('a'.repeat(600))).toHaveLength(500);
    expect(of(`${'a'.repeat(600)}end`, [], true)).toMatch(/a{497}end$/);
    expect(of('cret\nlast', [], true)).toBe('last');
  });
});
