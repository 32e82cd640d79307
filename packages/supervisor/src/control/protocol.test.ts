import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineReader } from './line-reader.ts';
import { socketLimit, supervisorPlace } from './place.ts';
import { CONTROL_OPS, encodeLine, parseReply, parseRequest } from './protocol.ts';

const refused = (line: string) => {
  const parsed = parseRequest(line);
  return 'error' in parsed ? parsed.error.code : undefined;
};

describe('a request', () => {
  it('comes back from its line as it was, whatever the operation', () => {
    for (const op of CONTROL_OPS) {
      const params = { ids: ['zero/main'], rolling: true, children: 'keep' };
      expect(parseRequest(encodeLine({ id: 7, op, ...params }).trimEnd())).toMatchObject({ request: { id: 7, op } });
    }
    expect(parseRequest('{"v":1,"id":1,"op":"restart","ids":["a"]}')).toEqual({
      request: { id: 1, op: 'restart', ids: ['a'], rolling: false },
    });
  });

  it.each([
    ['nonsense', 'BAD_REQUEST'],
    ['[]', 'BAD_REQUEST'],
    ['null', 'BAD_REQUEST'],
    ['{"v":1,"op":"list"}', 'BAD_REQUEST'],
    ['{"v":1,"id":-1,"op":"list"}', 'BAD_REQUEST'],
    ['{"id":1,"op":"list"}', 'VERSION_MISMATCH'],
    ['{"v":2,"id":1,"op":"list"}', 'VERSION_MISMATCH'],
    ['{"v":1,"id":1,"op":"pause"}', 'UNKNOWN_OP'],
    ['{"v":1,"id":1,"op":"toString"}', 'UNKNOWN_OP'],
    ['{"v":1,"id":1,"op":"start"}', 'BAD_REQUEST'],
    ['{"v":1,"id":1,"op":"stop","ids":[1]}', 'BAD_REQUEST'],
    ['{"v":1,"id":1,"op":"stop","ids":[""]}', 'BAD_REQUEST'],
    ['{"v":1,"id":1,"op":"restart","ids":[],"rolling":1}', 'BAD_REQUEST'],
    ['{"v":1,"id":1,"op":"shutdown"}', 'BAD_REQUEST'],
  ])('%s is refused with %s', (line, code) => {
    expect(refused(line)).toBe(code);
  });

  it('of any text gets an answer, never an exception', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseRequest(text)));
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseReply(text)));
  });
});

describe('lines', () => {
  it('are the same however the stream is cut, also within a letter', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 })), fc.array(fc.nat(40)), (texts, cuts) => {
        const lines = texts.map((text) => JSON.stringify(text));
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const got: string[] = [];
        const read = lineReader(
          1 << 20,
          (line) => got.push(line),
          () => undefined,
        );
        let at = 0;
        for (const cut of cuts) {
          read(bytes.subarray(at, at + cut));
          at += cut;
        }
        read(bytes.subarray(at));
        expect(got).toEqual(lines);
      }),
    );
  });

  it('that are too long are told of once, and what follows is dropped', () => {
    const got: string[] = [];
    let tooLong = 0;
    const read = lineReader(
      10,
      (line) => got.push(line),
      () => (tooLong += 1),
    );
    for (const chunk of ['ok\n', '12345678', '90123', '\nmore\n']) read(Buffer.from(chunk));
    expect([got, tooLong]).toEqual([['ok'], 1]);
  });
});

describe('the place of the control socket', () => {
  it('fits or does not, to the byte', () => {
    const of = (bytes: number) => `/${'x'.repeat(bytes - 1)}`;
    expect([107, 108].map((bytes) => socketLimit('linux', of(bytes)))).toEqual([undefined, 107]);
    expect([103, 104].map((bytes) => socketLimit('darwin', of(bytes)))).toEqual([undefined, 103]);
    expect(socketLimit('linux', `/${'ä'.repeat(54)}`)).toBe(107);
  });

  it('is a pipe of its own on Windows, the same for one folder in any case', () => {
    const at = (folder: string) => supervisorPlace({ paths: path.win32, platform: 'win32' }, folder).socket;
    expect(at('C:\\Users\\ana\\x')).toMatch(/^\\\\\.\\pipe\\polygate-[0-9a-f]{16}$/);
    expect(at('c:\\users\\ANA\\x')).toBe(at('C:\\Users\\ana\\x'));
    expect(at('C:\\Users\\bob\\x')).not.toBe(at('C:\\Users\\ana\\x'));
  });
});
