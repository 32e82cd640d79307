import { HOSTILE_CONFIGS } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { MAX_CONFIG_BYTES, MAX_DEPTH } from './bounds.ts';
import { type ConfigCheck, checkConfig } from './check.ts';
import { editConfig } from './edit.ts';
import { locateIssues } from './locate.ts';
import { parseConfig } from './parse.ts';
import { missingFrom, starterConfig } from './starter.ts';

const starter = { port: 19789, token: 'secret-token', workspace: '/home/u/zero-rescue' };

/** What is to be said of a text, as reading a file does it. */
async function check(text: string): Promise<ConfigCheck> {
  const { parsed, syntax } = await parseConfig(text);
  return syntax ? { config: undefined, errors: [syntax], warnings: [], includes: [] } : checkConfig(parsed);
}

describe('a config', () => {
  it('accepts JSON5 with comments and trailing commas', async () => {
    const { config, errors, warnings } = await check("// mine\n{ gateway: { mode: 'local', port: 18789, }, }");
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
    expect(config?.gateway?.port).toBe(18789);
  });

  it('finds every problem of type and range, and only warns of unknown keys', async () => {
    const text = `{
  gateway: {
    port: '18789',
    mode: "lokal",
    auth: { token: 12 },
    novelty: true,
  },
  agents: { list: 3 },
}`;
    const { config, errors, warnings } = await check(text);
    expect(config).toBeUndefined();
    expect(locateIssues(text, errors)).toEqual([
      { path: 'gateway.mode', message: 'must be one of "local", "remote"', line: 4, column: 11 },
      { path: 'gateway.port', message: 'must be an integer', line: 3, column: 11 },
      { path: 'gateway.auth.token', message: 'must be a string', line: 5, column: 20 },
      { path: 'agents.list', message: 'must be an array', line: 8, column: 19 },
    ]);
    expect(locateIssues(text, warnings)).toEqual([
      { path: 'gateway.novelty', message: 'is not a known key', line: 6, column: 14 },
    ]);
  });

  it.each([
    ['{ gateway: ', 'invalid end of input'],
    ['{ a: tru }', 'invalid character'],
    ['', 'invalid end of input'],
  ])('tells where the syntax of %j breaks', async (text, reason) => {
    const [issue] = (await check(text)).errors;
    expect(issue?.message).toContain(reason);
    expect(issue?.line).toBe(1);
  });

  it.each(['[]', '"x"', '12', 'null'])('refuses %s, which is no object', async (text) => {
    expect((await check(text)).errors[0]?.message).toBe('must be an object');
  });

  it.each(HOSTILE_CONFIGS)('refuses %s', async (_, text, said) => {
    const { errors, includes } = await check(text);
    const issues = [...errors, ...includes].map(({ path, message }) => (path ? `${path}: ${message}` : message));
    expect(issues.join('\n')).toContain(said);
    expect(({} as { gateway?: unknown }).gateway).toBeUndefined();
  });

  it('may nest as deep as the limit, and hold brackets in strings and comments', async () => {
    const at = (levels: number) => `{"channels":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect((await check(at(MAX_DEPTH - 1))).errors).toEqual([]);
    expect((await check(at(MAX_DEPTH))).errors).toHaveLength(1);
    const brackets = '['.repeat(100);
    expect((await check(`{"channels":"\\"${brackets}"}`)).errors).toEqual([]);
    expect((await check(`{ // ${brackets}\n /* ${brackets} */ channels: '${brackets}' }`)).errors).toEqual([]);
  });

  it('may be as large as the limit', async () => {
    const of = (size: number) => `{"channels":"${'x'.repeat(size - 15)}"}`;
    expect((await check(of(MAX_CONFIG_BYTES))).errors).toEqual([]);
    expect((await check(of(MAX_CONFIG_BYTES + 1))).errors).toHaveLength(1);
  });

  it('is warned of what it includes once, wherever that stands', async () => {
    const { warnings, errors, includes } = await check('{ $include: "a", agents: { list: [{ $include: "b" }] } }');
    expect(warnings.map(({ path }) => path)).toEqual(['$include', 'agents.list[0].$include']);
    expect([errors, includes]).toEqual([[], warnings]);
  });
});

describe('editConfig', () => {
  const text = `// my gateway
{
  gateway: {
    port: 18789, // the usual one
    'bind': "loopback",
  },
}
`;

  it('changes and adds keys and keeps comments, quotes and order', async () => {
    const edited = editConfig(text, [
      { path: 'gateway.port', value: 19789 },
      { path: 'gateway.auth.token', value: 't' },
    ]);
    expect(edited).toContain('// my gateway');
    expect(edited).toContain('// the usual one');
    expect(edited).toContain('\'bind\': "loopback"');
    expect((await check(edited)).config?.gateway).toEqual({ port: 19789, bind: 'loopback', auth: { token: 't' } });
  });

  it('takes keys out, and leaves what is around them as it was', async () => {
    const profiles = `{
  // browsers
  browser: {
    profiles: {
      work: { cdpPort: 18801, color: '#4477AA' }, // mine
      "play": { cdpPort: 18802, },
    },
  },
}
`;
    const without = (name: string) => editConfig(profiles, [{ path: `browser.profiles.${name}`, value: undefined }]);
    for (const name of ['work', 'play']) {
      const left = without(name);
      expect(left).toContain('// browsers');
      expect(Object.keys((await check(left)).config?.browser?.profiles ?? {})).toEqual(
        ['work', 'play'].filter((n) => n !== name),
      );
    }
    expect(without('none')).toBe(profiles);
    expect(editConfig('{ a: 1 }', [{ path: 'browser.profiles.work', value: undefined }])).toBe('{ a: 1 }');
  });

  it('adds a browser profile beside others, whatever the layout', async () => {
    const edits = [
      { path: 'browser.profiles.new-one.cdpPort', value: 18_803 },
      { path: 'browser.profiles.new-one.color', value: '#228833' },
    ];
    for (const before of [
      '{}',
      '{\n}\n',
      "{ 'browser': { headless: true } }",
      '{ browser: { profiles: {} } }',
      '{\n\t// tabs\n\tbrowser: {\n\t\tprofiles: {\n\t\t\twork: { cdpPort: 1 }, /* last */\n\t\t},\n\t},\n}',
    ]) {
      const { config, errors } = await check(editConfig(before, edits));
      expect(errors).toEqual([]);
      expect(config?.browser?.profiles?.['new-one']).toEqual({ cdpPort: 18_803, color: '#228833' });
      for (const comment of before.match(/\/\/.*|\/\*.*\*\//g) ?? []) expect(editConfig(before, edits)).toContain(comment);
    }
  });

  it('refuses to turn a value that is no object into one', async () => {
    expect(() => editConfig('{ gateway: 3 }', [{ path: 'gateway.port', value: 1 }])).toThrow();
  });
});

describe('the starter config', () => {
  it('is complete: nothing is missing from it and nothing is wrong with it', async () => {
    const { config, errors, warnings } = await check(starterConfig(starter));
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
    expect(missingFrom(config, starter)).toEqual([]);
  });

  it('adds only what an existing config lacks', async () => {
    const missing = missingFrom({ gateway: { port: 1234, auth: { password: 'p' } } }, starter);
    expect(missing.map((e) => e.path)).toEqual(['gateway.mode', 'agents.defaults.workspace']);
  });
});
