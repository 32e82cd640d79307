import { writeFile } from 'node:fs/promises';
import OpenAI from 'openai';
import { beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { addToConfig, startModel, type TestModel } from './support/model.ts';
import type { RawClient } from './support/raw-client.ts';
import { forAllTests, newWorld, type World } from './support/world.ts';

const KEY = 'sk-canary-77c1d0e2';
const words = [{ role: 'user' as const, content: 'good morning' }];

let world: World;
let model: TestModel;
let gateway: TestGateway;
let watcher: RawClient;
let openai: OpenAI;

beforeAll(
  () =>
    forAllTests(async () => {
      world = await newWorld();
      model = await startModel(world, '--key', KEY);
      await world.zero('--profile', 'main', 'setup');
      await addToConfig(world, 'main', {
        models: { providers: { local: { baseUrl: model.baseUrl, apiKey: '${LOCAL_KEY}', models: [{ id: 'words' }] } } },
        agents: {
          defaults: { model: 'local/words', workspace: world.at('work') },
          list: [{ id: 'main' }, { id: 'night', model: 'echo' }],
        },
      });
      await writeFile(world.at('.zero-main/.env'), `LOCAL_KEY=${KEY}\n`, { mode: 0o600 });
      gateway = await startGateway(world, 'main', '--verbose');
      watcher = (await gateway.client()).client;
      openai = client();
    }),
  120_000,
);

const client = (apiKey = gateway.token) => new OpenAI({ apiKey, baseURL: `${gateway.httpUrl}/v1`, maxRetries: 0 });
/** What it was refused with. */
const refusalOf = async (asking: Promise<unknown>) => {
  const error: unknown = await asking.then(
    () => new Error('it was not refused'),
    (e: unknown) => e,
  );
  if (!(error instanceof OpenAI.APIError)) throw error;
  const { status, type, code, param, message } = error;
  return { name: error.constructor.name, status, type, code, param, message };
};
const aborted = (text: string) =>
  watcher.frame(
    (f) =>
      f.event === 'agent' && JSON.stringify(f.payload).includes(text) && JSON.stringify(f.payload).includes('"aborted":true'),
  );

describe('clients of OpenAI’s API', () => {
  it('find the agents and the models', async () => {
    const { data } = await openai.models.list();
    expect(data.map(({ id }) => id)).toEqual([
      ...['zero', 'zero/default', 'zero/main', 'zero/night'],
      ...['local/words', 'echo/echo'],
    ]);
    expect(await openai.models.retrieve('local/words')).toMatchObject({ id: 'local/words', object: 'model', owned_by: 'local' });
    expect(await refusalOf(openai.models.retrieve('gpt-9'))).toMatchObject({ name: 'NotFoundError', code: 'model_not_found' });
  });

  it('are answered at once or word by word, by whom they name', async () => {
    const whole = await openai.chat.completions.create({ model: 'zero', messages: words });
    expect(whole).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-\w+$/),
      object: 'chat.completion',
      model: 'zero',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'you said: good morning' } }],
      usage: { completion_tokens: 4 },
    });
    const stream = await openai.chat.completions.create({
      ...{ model: 'local/words', messages: words, stream: true, stream_options: { include_usage: true } },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('you said: good morning');
    expect(chunks.at(-2)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 4, total_tokens: expect.any(Number) } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);

    for (const name of ['zero/night', 'zero:night', 'agent:night'])
      expect(await openai.chat.completions.create({ model: name, messages: words })).toMatchObject({
        choices: [{ message: { content: 'good morning' } }],
      });
    const headers = { 'x-zero-agent-id': 'night' };
    expect(
      (await openai.chat.completions.create({ model: 'zero', messages: words }, { headers })).choices[0]?.message.content,
    ).toBe('good morning');
  });

  it('say all that was said in each request; with a user the gateway keeps the conversation', async () => {
    await openai.chat.completions.create({
      model: 'local/words',
      messages: [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: [{ type: 'text', text: 'one' }] },
        { role: 'assistant', content: 'two' },
        { role: 'user', content: 'three' },
      ],
    });
    const [told, ...said] = (await model.asked()).at(-1)?.body.messages ?? [];
    expect(told?.content).toMatch(/be brief$/);
    expect(said.map(({ role, content }) => [role, content])).toEqual([
      ['user', 'one'],
      ['assistant', 'two'],
      ['user', 'three'],
    ]);
    for (const content of ['first', 'second'])
      await openai.chat.completions.create({ model: 'zero', user: 'ana', messages: [{ role: 'user', content }] });
    expect(
      (await model.asked())
        .at(-1)
        ?.body.messages.slice(1)
        .map(({ content }) => content),
    ).toEqual([...['first', 'you said: first', 'second']]);
    const kept = await watcher.request('list', 'sessions.list', {});
    expect((kept.payload as { sessions: { key: string }[] }).sessions.map(({ key }) => key)).toEqual([
      'agent:main:openai-user:ana',
    ]);
  });

  it('of the responses API get items and their events', async () => {
    const whole = await openai.responses.create({ model: 'zero', instructions: 'be brief', input: 'good morning' });
    expect(whole).toMatchObject({ status: 'completed', output_text: 'you said: good morning', usage: { output_tokens: 4 } });
    expect((await model.asked()).at(-1)?.body.messages[0]?.content).toMatch(/be brief$/);
    const stream = await openai.responses.create({
      model: 'local/words',
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'good morning' }] }],
      stream: true,
    });
    const events = [];
    for await (const event of stream) events.push(event);
    const types = events.map(({ type }) => type);
    expect([...new Set(types)]).toEqual([
      ...['response.created', 'response.in_progress', 'response.output_item.added', 'response.content_part.added'],
      ...['response.output_text.delta', 'response.output_text.done', 'response.content_part.done'],
      ...['response.output_item.done', 'response.completed'],
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, i) => i));
    expect(events.map((event) => (event.type === 'response.output_text.delta' ? event.delta : '')).join('')).toBe(
      'you said: good morning',
    );
    expect(events.at(-1)).toMatchObject({ response: { status: 'completed', output: [{ type: 'message' }] } });
  });

  it('are told what is wrong in the way that they know', async () => {
    const chat = (more: object, by = openai) =>
      refusalOf(by.chat.completions.create({ model: 'zero', messages: words, ...more } as never));
    expect(await chat({}, client('sk-wrong'))).toMatchObject({
      name: 'AuthenticationError',
      status: 401,
      code: 'invalid_api_key',
      message: '401 unauthorized: gateway token mismatch',
    });
    expect(await chat({ model: 'gpt-9' })).toMatchObject({ name: 'NotFoundError', code: 'model_not_found', param: 'model' });
    expect(await chat({ model: 'zero/nobody' })).toMatchObject({ name: 'NotFoundError', code: 'model_not_found' });
    const odd: [param: string, more: object][] = [
      ['messages', { messages: [] }],
      ['messages', { messages: [{ role: 'assistant', content: 'x' }] }],
      ['messages[0].role', { messages: [{ role: 'robot', content: 'x' }] }],
      ['messages[0].content[0]', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }],
      ['messages[1]', { messages: [...words, { role: 'tool', tool_call_id: 'x', content: 'x' }] }],
      ['stream', { stream: 'yes' }],
      ['user', { user: 'x'.repeat(300) }],
      ['tools', { tools: [{ type: 'function', function: { name: 'read_file' } }] }],
      ['n', { n: 2 }],
      ['response_format', { response_format: { type: 'json_object' } }],
    ];
    for (const [param, more] of odd)
      expect([param, await chat(more)]).toMatchObject([param, { name: 'BadRequestError', type: 'invalid_request_error', param }]);
    expect(await openai.chat.completions.create({ model: 'zero', messages: words, tools: [], n: 1 })).toBeTruthy();
    const responses = (more: object) => refusalOf(openai.responses.create({ model: 'zero', input: 'x', ...more } as never));
    expect(await responses({ previous_response_id: 'resp_1' })).toMatchObject({ status: 400, param: 'previous_response_id' });
    expect(await responses({ input: [{ type: 'function_call_output', call_id: 'x', output: 'x' }] })).toMatchObject({
      status: 400,
      param: 'input[0]',
    });

    // What fails behind the gateway, before a word was said and after.
    expect(await chat({ model: 'local/down' })).toMatchObject({ status: 503, type: 'server_error' });
    expect(await chat({ model: 'local/denied', stream: true })).toMatchObject({
      ...{ status: 502, message: '502 local: HTTP 401: Incorrect API key provided: Bearer ***' },
    });
    let said = '';
    const broken = (async () => {
      const stream = await openai.chat.completions.create({ model: 'local/breaks-off', messages: words, stream: true });
      for await (const { choices } of stream) said += choices[0]?.delta.content ?? '';
    })();
    expect((await refusalOf(broken)).message).toMatch(/^local: the answer broke off/);
    expect(said).toBe('well');
    const failed = [];
    for await (const event of await openai.responses.create({ model: 'local/breaks-off', input: 'x', stream: true }))
      failed.push(event);
    expect(failed.at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error' } },
    });
  });

  it('that leave end their turn', async () => {
    const stream = await openai.chat.completions.create({ model: 'local/slow', messages: words, stream: true });
    let id = '';
    for await (const chunk of stream) {
      id = chunk.id;
      if (chunk.choices[0]?.delta.content) break;
    }
    await aborted(id);
    const controller = new AbortController();
    const asking = openai.responses.create({ model: 'local/slow', input: 'x', user: 'leaver' }, { signal: controller.signal });
    await watcher.frame((f) => f.event === 'agent' && /"delta":"well".*:leaver"/.test(JSON.stringify(f.payload)));
    controller.abort();
    await expect(asking).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    await aborted(':leaver');
  });

  it('never see the key of a provider, and nobody else does', async () => {
    const { choices } = await openai.chat.completions.create({ model: 'local/leaks', user: 'eve', messages: words });
    expect(choices[0]?.message.content).toBe('the key is Bearer ***');
    const told = [JSON.stringify(watcher.frames), gateway.running.stdout, gateway.running.stderr];
    for (const args of [['logs'], ['status', '--json'], ['health', '--json']])
      told.push((await world.zero('--profile', 'main', ...args)).stdout);
    const history = await watcher.request('h', 'chat.history', { sessionKey: 'agent:main:openai-user:eve' });
    told.push(JSON.stringify(history));
    expect(JSON.stringify(history)).toContain('the key is Bearer ***');
    for (const secret of [KEY, gateway.token]) expect(told.join('\n')).not.toContain(secret);
  });

  it('hear of the end of the gateway', async () => {
    const stream = await openai.chat.completions.create({ model: 'local/slow', messages: words, stream: true });
    const reading = (async () => {
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) void gateway.running.kill('SIGTERM');
    })();
    expect((await refusalOf(reading)).message).toBe('gateway stopping');
    expect((await gateway.running.exited).code).toBe(0);
  });
});
