import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { repoPath } from '../lib/files.mjs';
import { swiftModels } from './swift/models.mjs';
import { SWIFT_KEYWORDS, swiftName, swiftString } from './swift/names.mjs';
import { generateSwift } from './swift.mjs';

const BUILT_IN = ['String', 'Int', 'Double', 'Bool', 'Codable', 'Sendable', 'Equatable', 'CodingKey', 'Decoder', 'Encoder'];
const FILE = 'packages/protocol/src/gen/GatewayModels.swift';
let swift = '';
let code = '';
let definitions = {};

beforeAll(async () => {
  swift = (await generateSwift()).get(FILE);
  code = withoutText(swift);
  definitions = JSON.parse(await readFile(repoPath('packages/protocol/src/gen/schema.json'), 'utf8')).$defs;
});

/** Swift source without comments and the insides of strings. */
const withoutText = (source) => source.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""').replaceAll(/\/\/.*$/gm, '');
const declaredTypes = (source) =>
  [...source.matchAll(/^\s*(?:public )?(?:struct|enum|typealias) `?(\w+)/gm)].map(([, name]) => name);
const structOf = (source, name) => new RegExp(`public struct ${name}: [^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1];

describe('GatewayModels.swift', () => {
  it.each([
    ['{', '}'],
    ['(', ')'],
    ['[', ']'],
  ])('closes every %s', (open, close) => {
    let depth = 0;
    for (const sign of code) {
      if (sign === open) depth += 1;
      if (sign === close) depth -= 1;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
  });

  it('declares every definition of the schema, and nothing twice', () => {
    const declared = declaredTypes(code).filter((name) => name !== 'CodingKeys');
    expect(declared).toEqual(expect.arrayContaining(Object.keys(definitions)));
    expect(new Set(declared).size).toBe(declared.length);
  });

  it('uses only types that it declares or that Swift has', () => {
    const known = new Set([...declaredTypes(code), ...BUILT_IN]);
    const uses = [
      /^ +public var `?\w+`?: (.+)$/gm,
      /^ {8}`?\w+`?: ([^=,\n]+)/gm,
      /^public typealias \w+ = (.+)$/gm,
      /^public (?:struct|enum) \w+: (.+) \{$/gm,
    ].flatMap((pattern) => [...code.matchAll(pattern)].map(([, type]) => type));
    const names = uses.flatMap((type) => type.match(/\w+/g) ?? []);
    expect(names.length).toBeGreaterThan(100);
    for (const name of names) expect(known, name).toContain(name);
  });

  it('never uses a keyword as a bare name', () => {
    const names = [...code.matchAll(/(?:\bvar|\blet|^\s*case|self\.)\s*(`?\w+`?)/gm)].map(([, name]) => name);
    const parameters = [...code.matchAll(/^ {8}(`?\w+`?): /gm)].map(([, name]) => name);
    for (const name of [...names, ...parameters]) expect(SWIFT_KEYWORDS, name).not.toContain(name);
    expect(structOf(swift, 'HelloOk')).toContain('public var `protocol`: Int');
  });

  it.each([
    ['ConnectParams', 'minProtocol', 'Int'],
    ['ConnectParams', 'auth', 'ConnectAuth?'],
    ['ConnectParams', 'permissions', '[String: Bool]?'],
    ['ClientInfo', 'mode', 'ClientInfoMode'],
    ['ResponseFrame', 'payload', 'AnyCodable?'],
    ['Snapshot', 'health', 'AnyCodable'],
    ['HelloOk', 'server', 'HelloOkServer'],
    ['PresenceEntry', 'ts', 'Int'],
    ['PresenceEntry', 'roles', '[String]?'],
    ['ShutdownEvent', 'restartExpectedMs', 'Int?'],
    ['LogsTailResult', 'truncated', 'Bool'],
  ])('%s.%s is %s: optional only where the schema lets it be left out or null', (struct, key, type) => {
    expect(structOf(swift, struct)?.split('\n')).toContain(`    public var ${key}: ${type}`);
  });

  it.each(['null', 'bool', 'int', 'double', 'string', 'array', 'dictionary'])(
    'reads and writes a JSON %s of any place',
    (kind) => {
      expect(swift).toMatch(new RegExp(`self = \\.${kind}\\b`));
      expect(swift).toMatch(new RegExp(`case \\.${kind}\\b.*:\n {12}try container\\.encode`));
    },
  );

  it('names the version of the protocol', () => expect(swift).toMatch(/^public let gatewayProtocolVersion = \d+$/m));
});

describe('swiftModels', () => {
  it('maps keys that are no Swift names, and only then', () => {
    const odd = { type: 'object', required: ['x-y'], properties: { 'x-y': { type: 'string' }, class: { type: 'number' } } };
    const body = structOf(swiftModels({ Odd: odd }, 3), 'Odd');
    expect(body).toContain('public var xY: String\n');
    expect(body).toContain('public var `class`: Double?');
    expect(body).toContain('    enum CodingKeys: String, CodingKey {\n        case xY = "x-y"\n        case `class`\n    }');
    expect(structOf(swift, 'HelloOk')).not.toContain('CodingKeys');
  });

  it('refuses what it cannot express instead of writing something else', () => {
    const union = { type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { type: 'integer' }] } } };
    expect(() => swiftModels({ U: union }, 3)).toThrow('U.a is a union');
    const inner = { type: 'object', properties: { b: { type: 'object', properties: { c: { type: 'string' } } } } };
    expect(() => swiftModels({ A: inner, AB: inner }, 3)).toThrow('AB is the name of two shapes');
  });

  it('quotes names and strings', () => {
    expect([swiftName('2fa'), swiftName('a.b_c'), swiftName('default')]).toEqual(['n2fa', 'aBC', '`default`']);
    expect(swiftString('a"\\\n')).toBe('"a\\"\\\\\\n"');
  });
});
