import { describe, expect, it } from 'vitest';
import { callMethod } from './methods/registry.ts';
import { memoryConfig, stateOf } from './testing.ts';

const admin = { connId: 'a', role: 'operator' as const, scopes: ['operator.admin'], presence: {} };
const ask = async (method: string, config?: unknown) =>
  callMethod(method, {}, await stateOf(config === undefined ? {} : { configFile: memoryConfig(JSON.stringify(config)) }), admin);

describe('agents.list', () => {
  it.each([undefined, {}, { agents: 1 }, { agents: { list: 'x' } }, { agents: { list: [null, {}, { id: '../up' }] } }])(
    'has the one that every gateway has for the config %j',
    async (config) => {
      expect(await ask('agents.list', config)).toEqual({
        defaultId: 'main',
        mainKey: 'main',
        scope: 'per-sender',
        agents: [{ id: 'main' }],
      });
    },
  );

  it('has those of the config, of which one is the default', async () => {
    const list = [
      { id: 'home', name: 'Home' },
      { id: 'work', default: true },
    ];
    expect(await ask('agents.list', { agents: { list } })).toMatchObject({
      defaultId: 'work',
      agents: [{ id: 'home', name: 'Home' }, { id: 'work' }],
    });
  });
});

describe('models.list', () => {
  const echo = { id: 'echo', name: 'Echo', provider: 'echo' };

  it('is the echo alone without a provider', async () => {
    for (const config of [undefined, { models: 'x' }, { models: { providers: { a: null, b: { models: {} } } } }])
      expect(await ask('models.list', config)).toEqual({ models: [echo] });
  });

  it('has what the providers of the config name, and nothing of their secrets', async () => {
    const models = [
      { id: 'big', name: 'Big', contextWindow: 200_000, input: ['text'], cost: {} },
      { id: 'small' },
      { name: 'no id' },
    ];
    expect(await ask('models.list', { models: { providers: { acme: { apiKey: 'sk-1', models } } } })).toEqual({
      models: [
        { id: 'big', name: 'Big', provider: 'acme', contextWindow: 200_000, input: ['text'] },
        { id: 'small', name: 'small', provider: 'acme' },
        echo,
      ],
    });
  });
});
