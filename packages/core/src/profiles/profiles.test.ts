import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeKeys } from '../config/edit.ts';
import { isProblem } from '../errors/problem.ts';
import { discard, relocate, type Tree, type TreeWorld } from './change.ts';
import { cloneConfig } from './clone-config.ts';
import { directoriesToEnter, partsWithout } from './parts.ts';
import { repoint } from './repoint.ts';
import { secretPaths } from './secret-keys.ts';

const paths = path.posix;
const HOME = '/home/ana';
const at = (...parts: string[]) => paths.join(HOME, ...parts);

/** A world whose directories hold what is named in them. */
function world(foreign: string[] = [], files: string[] = []): TreeWorld {
  const listing = new Map<string, string[]>();
  for (const file of files) {
    for (let child = file; child !== '/'; child = paths.dirname(child)) {
      const names = listing.get(paths.dirname(child)) ?? [];
      if (!names.includes(paths.basename(child))) listing.set(paths.dirname(child), [...names, paths.basename(child)]);
    }
  }
  return { paths, home: HOME, reserved: [at('.config/polygate')], foreign, listing };
}
const tree = (where: string, kind: Tree['kind'] = 'directory'): Tree => ({ path: where, kind });

describe('a tree without what is another instance’s', () => {
  const root = at('.openclaw');
  const files = [
    at('.openclaw/openclaw.json'),
    at('.openclaw/workspace/A'),
    at('.openclaw/workspace-rescue/B'),
    at('.openclaw/deep/x/y/C'),
  ];
  const parts = (...foreign: string[]) => partsWithout(paths, root, foreign, world([], files).listing);

  it('is whole when nothing foreign lies in it, nor around it', () => {
    expect(parts()).toEqual({ own: [root], kept: [] });
    expect(parts(at('.openclaw-rescue'), HOME, at('.open'))).toEqual({ own: [root], kept: [] });
  });

  it('falls into its parts around a foreign path, as few as there can be', () => {
    expect(parts(at('.openclaw/workspace-rescue'), at('.openclaw/deep/x/y'))).toEqual({
      own: [at('.openclaw/openclaw.json'), at('.openclaw/workspace')],
      kept: [at('.openclaw/workspace-rescue'), at('.openclaw/deep/x/y')],
    });
  });

  it('is nothing when it is foreign itself', () => expect(parts(root)).toEqual({ own: [], kept: [root] }));

  it('needs the directories listed that lead to foreign paths', () => {
    expect(directoriesToEnter(paths, root, [at('.openclaw/deep/x/y'), at('elsewhere'), root])).toEqual([
      root,
      at('.openclaw/deep'),
      at('.openclaw/deep/x'),
    ]);
  });

  it('never holds a foreign path in a part, and loses no file that is not foreign', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const file = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => paths.join('/t', ...names, 'f'));
    fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 12 }), fc.array(file, { maxLength: 4 }), (all, some) => {
        const foreign = some.map((each) => paths.dirname(each)).filter((each) => each !== '/t');
        const { listing } = world([], [...all, ...some]);
        const { own } = partsWithout(paths, '/t', foreign, listing);
        const within = (outer: string, inner: string) => inner === outer || inner.startsWith(`${outer}/`);
        for (const each of foreign) expect(own.some((part) => within(part, each))).toBe(false);
        for (const each of all) {
          const isForeign = foreign.some((f) => within(f, each));
          expect(own.filter((part) => within(part, each)).length, each).toBe(isForeign ? 0 : 1);
        }
      }),
    );
  });
});

describe('relocate', () => {
  it('moves a whole tree in one step', () => {
    expect(relocate(world(), tree(at('.zero-a')), at('.zero-b'))).toEqual({
      steps: [{ do: 'move', from: at('.zero-a'), to: at('.zero-b') }],
      moves: [{ from: at('.zero-a'), to: at('.zero-b') }],
      root: { from: at('.zero-a'), to: at('.zero-b') },
      kept: [],
    });
  });

  it('moves the parts of one that holds another instance’s workspace, and makes the directories they go to', () => {
    const files = [at('.openclaw/openclaw.json'), at('.openclaw/d/own'), at('.openclaw/d/theirs/x')];
    const { steps, kept } = relocate(world([at('.openclaw/d/theirs')], files), tree(at('.openclaw')), at('.openclaw-b'));
    expect(steps).toEqual([
      { do: 'makeDir', path: at('.openclaw-b'), mode: 0o700 },
      { do: 'makeDir', path: at('.openclaw-b/d'), mode: 0o700 },
      { do: 'move', from: at('.openclaw/openclaw.json'), to: at('.openclaw-b/openclaw.json') },
      { do: 'move', from: at('.openclaw/d/own'), to: at('.openclaw-b/d/own') },
    ]);
    expect(kept).toEqual([at('.openclaw/d/theirs')]);
  });

  it('moves a link as a link, whatever it leads to, and has nothing to do where nothing is', () => {
    const link = relocate(world([at('.zero-a/x')]), tree(at('.zero-a'), 'link'), at('.zero-b'));
    expect(link.steps).toEqual([{ do: 'move', from: at('.zero-a'), to: at('.zero-b') }]);
    expect(relocate(world(), tree(at('.zero-a'), 'missing'), at('.zero-b')).steps).toEqual([]);
  });

  it.each([
    [HOME, 'it is the home directory'],
    ['/home', 'the home directory lies in it'],
    ['/', 'the home directory lies in it'],
    [at('.config'), `${at('.config/polygate')} lies in it`],
  ])('refuses %s, which is more than one instance', (where, reason) => {
    try {
      relocate(world(), tree(where), '/elsewhere');
      expect.unreachable();
    } catch (error) {
      if (!isProblem(error, 'PATH_PROTECTED')) throw error;
      expect(error.params.reason).toContain(reason);
    }
  });

  it('refuses what is no directory', () => {
    expect(() => relocate(world(), tree(at('.zero-a'), 'other'), at('.zero-b'))).toThrow('not a directory');
  });
});

describe('discard', () => {
  it('puts a tree aside beside itself, and deletes it only after everything else', () => {
    const { steps, after } = discard(world(), tree(at('.zero-a')), '.removed-1');
    expect(steps).toEqual([{ do: 'move', from: at('.zero-a'), to: at('.zero-a.removed-1') }]);
    expect(after).toEqual([{ do: 'removeTree', path: at('.zero-a.removed-1') }]);
  });

  it('deletes nothing of a tree that is all another instance’s', () => {
    expect(discard(world([at('shared')]), tree(at('shared')), '.removed-1')).toEqual({
      ...{ steps: [], after: [], moves: [], root: undefined, kept: [at('shared')] },
    });
  });
});

describe('repoint', () => {
  const moves = [{ from: at('.zero-a'), to: at('.zero-b') }];
  const of = (config: unknown) => repoint(config, moves, { paths, home: HOME });

  it('finds every text that is a path in what moves, however it is written', () => {
    const config = {
      agents: { defaults: { workspace: '~/.zero-a/ws' } },
      logging: { file: `${HOME}/.zero-a/../.zero-a/log` },
      other: '/home/ana/.zero-ab',
      text: 'see ~/.zero-a',
    };
    expect(of(config)).toEqual({
      edits: [
        { path: 'agents.defaults.workspace', value: at('.zero-b/ws') },
        { path: 'logging.file', value: at('.zero-b/log') },
      ],
      unedited: [],
    });
  });

  it('tells what it cannot edit one by one', () => {
    expect(of({ agents: { list: [{ dir: at('.zero-a') }] }, env: { 'a.b': at('.zero-a') } })).toEqual({
      edits: [],
      unedited: ['agents.list.0.dir', 'env.a.b'],
    });
  });

  it.each([undefined, null, 7, '', [], 'x'])('answers for a config of any shape: %j', (config) => {
    expect(of(config)).toEqual({ edits: [], unedited: [] });
  });
});

describe('secretPaths', () => {
  it('finds secrets by their keys, in lists and addresses too', () => {
    const config = {
      gateway: { auth: { mode: 'token', token: 't', password: 'p' }, port: 1 },
      channels: { telegram: { botToken: 'b', accounts: [{ name: 'x', appSecret: 's' }] } },
      models: { providers: { one: { apiKey: 'k', baseUrl: 'https://u:p@host/' } } },
      env: { vars: { ANTHROPIC_API_KEY: 'k', LANG: 'C' } },
      tokens: ['a'],
    };
    expect(secretPaths(config).map((keys) => keys.join('.'))).toEqual([
      'gateway.auth.token',
      'gateway.auth.password',
      'channels.telegram.botToken',
      'channels.telegram.accounts.0.appSecret',
      'models.providers.one.apiKey',
      'models.providers.one.baseUrl',
      'env.vars.ANTHROPIC_API_KEY',
      'tokens',
    ]);
  });

  it.each([
    { contextTokens: 5000 },
    { token: '${BOT_TOKEN}' },
    { token: { source: 'env', id: 'BOT' } },
    { password: '' },
    { auth: { mode: 'token' } },
    { url: 'https://host/a:b@c' },
  ])('takes what names no secret for none: %j', (config) => {
    expect(secretPaths(config)).toEqual([]);
  });
});

describe('the config of a clone', () => {
  const config = {
    gateway: { port: 1, auth: { mode: 'password', token: 't', password: 'p' } },
    browser: { cdpUrl: 'x', cdpPortRangeStart: 18900, profiles: { work: { cdpPort: 18811, color: '#1' } } },
    channels: { list: [{ token: 'a' }, { token: 'b' }] },
  };
  const clone = (withSecrets: boolean) => cloneConfig(config, { port: 2, token: 'new', workspace: '/w', withSecrets });

  it('has no secret and no pinned port of the other', () => {
    const { edits, leftOut } = clone(false);
    expect(edits).toEqual([
      { path: 'gateway.port', value: 2 },
      { path: 'gateway.auth.mode', value: 'token' },
      { path: 'gateway.auth.token', value: 'new' },
      { path: 'agents.defaults.workspace', value: '/w' },
    ]);
    expect(leftOut).toEqual([
      { path: 'browser.cdpUrl', why: 'port' },
      { path: 'browser.cdpPortRangeStart', why: 'port' },
      { path: 'browser.profiles.work.cdpPort', why: 'port' },
      { path: 'gateway.auth.password', why: 'secret' },
      { path: 'channels.list.0.token', why: 'secret' },
      { path: 'channels.list.1.token', why: 'secret' },
    ]);
  });

  it('keeps them when they are asked for, but for the token and the ports', () => {
    const { edits, leftOut } = clone(true);
    expect(leftOut.map(({ why }) => why)).toEqual(['port', 'port', 'port']);
    expect(edits.map(({ path: key }) => key)).toEqual(['gateway.port', 'gateway.auth.token', 'agents.defaults.workspace']);
  });
});

describe('removeKeys', () => {
  const text = `// mine
{
  gateway: { port: 1, auth: { token: 'x', mode: "token" } }, // the usual
  list: [{ a: 1, b: 2 }, 'two', 'three'],
}
`;

  it('takes keys and elements out and keeps comments, quotes and order', () => {
    const edited = removeKeys(text, [
      ['gateway', 'auth', 'token'],
      ['list', '2'],
      ['list', '0', 'b'],
    ]);
    expect(edited).toContain('// mine');
    expect(edited).toContain('// the usual');
    expect(edited).toContain('mode: "token"');
    expect(edited).not.toContain("'x'");
    expect(edited).not.toContain('three');
  });

  it('passes over what is not there', () =>
    expect(
      removeKeys(text, [
        ['nosuch', 'x'],
        ['gateway', 'nosuch'],
      ]),
    ).toBe(text));
});
