import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnvFile, renderEnvFile } from './env-file.ts';
import { parseUnit, renderUnit, valueAt, valuesAt } from './systemd-unit.ts';
import {
  parseAssignments,
  parseExec,
  parseGlobPath,
  parsePlain,
  quoteAssignment,
  quoteExec,
  quoteGlobPath,
  quotePlain,
} from './systemd-values.ts';

const writable = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((s) => !/[\r\n\0]|\p{Surrogate}/u.test(s));
// biome-ignore lint/suspicious/noControlCharactersInRegex: systemd refuses these in environment values
const envValue = writable.filter((s) => !/[\u0001-\u0008\u000b-\u001f\u007f]/.test(s));
const plain = writable.filter((s) => s === s.trim() && !s.endsWith('\\'));
const path = plain.map((s) => `/${s.trim()}`).filter((s) => !s.endsWith('\\') && s === s.trim());
// biome-ignore lint/suspicious/noControlCharactersInRegex: systemd starts no program of such a name
const program = path.filter((s) => !/["'\\\u0001-\u001f\u007f]/.test(s));

describe('unit files', () => {
  it('come back from their own text', () => {
    const entry = fc.record({ key: fc.stringMatching(/^[A-Z][A-Za-z]{0,12}$/), value: plain.filter((v) => v !== '') });
    const section = fc.record({ name: fc.stringMatching(/^[A-Z][a-z]{0,8}$/), entries: fc.array(entry, { maxLength: 5 }) });
    fc.assert(
      fc.property(fc.uniqueArray(section, { selector: (s) => s.name, maxLength: 4 }), (file) => {
        expect(parseUnit(renderUnit(file))).toEqual(file);
      }),
    );
  });

  it('reads comments, continued lines, repeated and reset keys as systemd does', () => {
    const file = parseUnit(
      '# c\n[Service]\nExecStart=/bin/a \\\n  # inside\n  b\nEnvironment=A=1\nEnvironment=\nEnvironment=B=2\n; c\nbroken\n',
    );
    expect(valueAt(file, 'Service', 'ExecStart')).toBe('/bin/a b');
    expect(valuesAt(file, 'Service', 'Environment')).toEqual(['B=2']);
  });

  it('refuses a value that would swallow the next line', () => {
    expect(() => renderUnit([{ name: 'Unit', entries: [{ key: 'Description', value: 'x\\' }] }])).toThrow(RangeError);
  });
});

describe('values', () => {
  it('command lines come back', () => {
    fc.assert(
      fc.property(program, fc.array(writable, { maxLength: 6 }), (program, args) => {
        expect(parseExec(quoteExec([program, ...args]))).toEqual([program, ...args]);
      }),
    );
  });

  it('environment assignments come back', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,10}$/), envValue, (name, value) => {
        expect(parseAssignments(quoteAssignment(name, value))).toEqual([[name, value]]);
      }),
    );
  });

  it('plain values and glob paths come back', () => {
    fc.assert(
      fc.property(
        plain.filter((s) => s !== ''),
        (value) => {
          expect(parsePlain(quotePlain(value, 'x'))).toBe(value);
        },
      ),
    );
    fc.assert(
      fc.property(path, fc.boolean(), (value, optional) => {
        fc.pre(!value.includes('\\'));
        expect(parseGlobPath(quoteGlobPath(value, optional))).toEqual({ path: value, optional });
      }),
    );
  });

  it('keeps simple command lines readable', () => {
    expect(quoteExec(['/usr/bin/node', '/opt/x/zero.mjs', 'gateway', '--port', '18789'])).toBe(
      '/usr/bin/node /opt/x/zero.mjs gateway --port 18789',
    );
    expect(quoteExec(['/opt/my node/bin/node', '100%', '$HOME', ''])).toBe('"/opt/my node/bin/node" 100%% "$$HOME" ""');
  });

  it.each(["/opt/o'brien/node", '/opt/"x"/node', '/opt/a\\b', '/opt/a\tb'])(
    'refuses the program %j, which systemd never starts',
    (path) => {
      expect(() => quoteExec([path])).toThrow('systemd starts no program');
    },
  );

  it('refuses nothing at all where systemd would take it for «as if not there»', () => {
    expect(() => quotePlain('', 'the description')).toThrow('it is empty');
  });

  it.each(['a\nb', 'a\rb', 'a\0b', '\ud800', '\uffff', '\ufdd0', '\u{1fffe}'])('refuses %j', (value) => {
    expect(() => quoteExec(['/bin/x', value])).toThrow('cannot be written');
    expect(() => quoteAssignment('A', value)).toThrow('cannot be written');
  });
});

describe('environment files', () => {
  it.each(['\u2028', 'a\u2029b', '\u0085', '\u00a0', ' "quoted" ', '$HOME `x` \\'])('keep %j', (value) => {
    expect(parseEnvFile(renderEnvFile({ A: value, B: 'next' }))).toEqual({ A: value, B: 'next' });
  });

  it('come back', () => {
    const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,10}$/);
    fc.assert(
      fc.property(fc.dictionary(name, writable), (variables) => {
        expect(parseEnvFile(renderEnvFile(variables))).toEqual({ ...variables });
      }),
    );
  });
});
