import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameContent } from './edit.ts';
import { mergeText, placeInText } from './json5.ts';
import {
  changedPaths,
  mergePatch,
  planReload,
  REDACTED,
  RELOAD_MODES,
  redactConfig,
  reloadActionOf,
  restoreSecrets,
  withValues,
} from './live.ts';
import { parseConfig } from './parse.ts';

const keys = fc.constantFrom('gateway', 'agents', 'defaults', 'hooks', 'port', 'heartbeat', 'token', 'logging', 'x.y', 'list');
const configs = fc.dictionary(
  keys,
  fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.string(),
      fc.boolean(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(keys, tie('value')),
    ),
  })).value,
);

describe('the table of reload', () => {
  it.each([
    ['gateway.auth.token', 'restart'],
    ['gateway.port', 'process'],
    ['gateway.bind', 'process'],
    ['gateway.customBindHost', 'process'],
    ['gateway.remote.url', 'none'],
    ['gateway.reload.mode', 'none'],
    ['gateway.remoteness', 'restart'],
    ['logging.level', 'none'],
    ['agents.list', 'none'],
    ['agents.defaults.heartbeat.every', 'hot'],
    ['agents.defaults.heartbeats', 'none'],
    ['agent.heartbeat', 'hot'],
    ['hooks.gmail.account', 'hot'],
    ['cron', 'hot'],
    ['browser.profiles.work.cdpPort', 'hot'],
    ['plugins.x', 'restart'],
    ['discovery', 'restart'],
    ['canvasHost.port', 'restart'],
    ['novelty', 'restart'],
    ['commands.restart', 'none'],
    ['commands.other', 'restart'],
  ])('%s: %s', (path, action) => expect(reloadActionOf(path)).toBe(action));
});

describe('changedPaths', () => {
  it('finds nothing where nothing changed, in whatever order the keys stand', () => {
    fc.assert(
      fc.property(configs, (config) => {
        expect(changedPaths(config, Object.fromEntries(Object.entries(config).reverse()))).toEqual([]);
      }),
    );
  });

  it('finds something exactly where the contents differ, the same both ways, and each once', () => {
    fc.assert(
      fc.property(configs, configs, (a, b) => {
        const changed = changedPaths(a, b);
        expect(new Set(changedPaths(b, a))).toEqual(new Set(changed));
        expect(changed.length === 0).toBe(sameContent(a, b));
        expect(new Set(changed).size).toBe(changed.length);
      }),
    );
  });

  it('names the keys of a section that came or went, and a list as one', () => {
    expect(changedPaths({}, { gateway: { port: 1, auth: { token: 'x' } } })).toEqual(['gateway.port', 'gateway.auth.token']);
    expect(changedPaths({ agents: { list: [1, 2] } }, { agents: { list: [1, 3] } })).toEqual(['agents.list']);
    expect(changedPaths({ ui: {} }, {})).toEqual(['ui']);
  });
});

describe('planReload', () => {
  it('does something about every change once, and nothing about what did not change', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RELOAD_MODES), configs, configs, (mode, started, now) => {
        const plan = planReload({ mode, born: started, started, applied: started, now });
        const all = [...plan.applied, ...plan.restart, ...plan.process, ...plan.ignored];
        expect([...all].sort()).toEqual(changedPaths(started, now).sort());
        if (mode === 'off') expect(plan.ignored).toEqual(all);
        if (mode === 'hot') expect(plan.restart).toEqual([]);
        if (mode === 'hybrid') expect(plan.ignored).toEqual([]);
        for (const path of plan.process) expect(reloadActionOf(path)).toBe('process');
        if (mode === 'hybrid') for (const path of plan.restart) expect(reloadActionOf(path)).toBe('restart');
      }),
    );
  });

  it('does not forget with the next edit what waits for a restart', () => {
    const started = { gateway: { auth: { token: 'a' } } };
    const applied = { gateway: { auth: { token: 'b' } } };
    const now = { ...applied, logging: { level: 'debug' } };
    expect(planReload({ mode: 'hot', born: started, started, applied, now })).toMatchObject({
      applied: ['logging.level'],
      ignored: ['gateway.auth.token'],
    });
    expect(planReload({ mode: 'hybrid', born: started, started, applied, now })).toMatchObject({
      restart: ['gateway.auth.token'],
    });
    expect(planReload({ mode: 'hybrid', born: started, started, applied, now: started })).toMatchObject({ restart: [] });
  });
});

describe('redaction', () => {
  const config = {
    gateway: { port: 1, auth: { token: 'tok-canary' } },
    env: { OPENAI_KEY: 'key-canary' },
    channels: {
      list: [
        { id: 'a', botToken: 'a-canary' },
        { id: 'b', botToken: 'b-canary' },
      ],
      url: 'https://u:p-canary@h/',
    },
  };

  it('shows no secret, and an edit that sends the placeholders back loses none', () => {
    const shown = redactConfig(config) as typeof config;
    expect(JSON.stringify(shown)).not.toContain('canary');
    const edited = { ...shown, gateway: { ...shown.gateway, port: 2 } };
    const { found, unknown } = restoreSecrets(edited, config);
    expect(unknown).toEqual([]);
    expect(withValues(edited, found)).toEqual({ ...config, gateway: { ...config.gateway, port: 2 } });
  });

  it('knows the entries of a list again when one was taken out or put elsewhere', () => {
    const shown = redactConfig(config) as typeof config;
    const edited = { channels: { list: [shown.channels.list[1], { ...shown.channels.list[0], name: 'new' }] } };
    const { found } = restoreSecrets(edited, config);
    expect((withValues(edited, found) as typeof config).channels.list.map((c) => c.botToken)).toEqual(['b-canary', 'a-canary']);
    const { unknown } = restoreSecrets({ channels: { list: [{ botToken: REDACTED }] } }, config);
    expect(unknown).toEqual(['channels.list.0.botToken']);
  });

  it('takes one pass over a list as long as a config can be', () => {
    const list = Array.from({ length: 30_000 }, (_, i) => ({ token: `t${i}` }));
    const shown = redactConfig({ list });
    expect(restoreSecrets(shown, { list }).found).toHaveLength(30_000);
    expect(withValues(shown, restoreSecrets(shown, { list }).found)).toEqual({ list });
  });

  it('whatever the config: what is shown and sent back is the same', () => {
    fc.assert(
      fc.property(configs, (any) => {
        const shown = redactConfig(any);
        expect(withValues(shown, restoreSecrets(shown, any).found)).toEqual(any);
      }),
    );
  });
});

describe('a merge patch', () => {
  // The examples of RFC 7396, appendix A.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, patch, result) => expect(mergePatch(target, patch)).toEqual(result));

  it('in the text of a file says the same, and keeps comments', async () => {
    await fc.assert(
      fc.asyncProperty(configs, configs, async (config, patch) => {
        const { parsed } = await parseConfig(mergeText(JSON.stringify(config, null, 2), patch));
        expect(parsed).toEqual(mergePatch(config, patch));
      }),
    );
    const text = "// mine\n{\n  gateway: { port: 1, /* old */ bind: 'lan' },\n}\n";
    const merged = mergeText(text, { gateway: { port: 2, bind: null }, logging: { level: 'debug' } });
    expect(merged).toContain('// mine');
    expect((await parseConfig(merged)).parsed).toEqual({ gateway: { port: 2 }, logging: { level: 'debug' } });
  });

  it('in a file that the editor would take long for writes it anew', async () => {
    const text = `// c\n${JSON.stringify({ channels: Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`c${i}`, { botToken: `t${i}` }])) })}`;
    const merged = mergeText(text, { ui: 1 });
    expect(merged).not.toContain('// c');
    expect((await parseConfig(merged)).parsed).toEqual({ ...((await parseConfig(text)).parsed as object), ui: 1 });
  });

  it('puts a value at a place of a text, also in a list', async () => {
    const text = '{ // c\n a: [{ token: "__REDACTED__" }, "__REDACTED__"] }';
    const placed = placeInText(text, [
      { keys: ['a', '0', 'token'], value: 's' },
      { keys: ['a', '1'], value: ['t'] },
    ]);
    expect(placed).toContain('// c');
    expect((await parseConfig(placed)).parsed).toEqual({ a: [{ token: 's' }, ['t']] });
  });
});
