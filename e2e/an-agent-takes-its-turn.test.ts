import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { addToConfig, startModel, type TestModel } from './support/model.ts';
import type { Frame, RawClient } from './support/raw-client.ts';
import { mismatches } from './support/wire-schema.ts';
import { newWorld, type World } from './support/world.ts';

const KEY = 'sk-canary-5f1e0c77';

/** A gateway whose agent is answered by the endpoint of fixtures, with a key in its secret file. */
async function withModel(): Promise<{ world: World; gateway: TestGateway; model: TestModel; client: RawClient }> {
  const world = await newWorld();
  const model = await startModel(world, '--key', KEY);
  await world.zero('--profile', 'main', 'setup');
  await addToConfig(world, 'main', {
    models: { providers: { local: { baseUrl: model.baseUrl, apiKey: '${LOCAL_KEY}' } } },
    agents: { defaults: { model: 'local/words', workspace: world.at('work') } },
  });
  await writeFile(world.at('.zero-main/.env'), `# keys\nLOCAL_KEY="${KEY}"\n`, { mode: 0o600 });
  const gateway = await startGateway(world, 'main', '--verbose');
  const { client } = await gateway.client();
  return { world, gateway, model, client };
}

/** The second answer of a turn. */
async function turn(client: RawClient, id: string, params: Record<string, unknown>): Promise<Frame> {
  expect(await client.request(id, 'agent', { message: 'good morning', idempotencyKey: id, ...params })).toMatchObject({
    ok: true,
    payload: { runId: id, status: 'accepted' },
  });
  return client.frame((f) => f.id === id && (f.payload as { status?: string } | undefined)?.status !== 'accepted', 20_000);
}

const eventsOf = (client: RawClient, runId: string, event = 'agent') =>
  client.frames
    .filter((f) => f.event === event && (f.payload as { runId: string }).runId === runId)
    .map((f) => f.payload as { seq: number; stream: string; state: string; data: { phase?: string; delta?: string } });

describe('an agent', () => {
  it('is answered by any endpoint that streams, and whatever goes wrong there is the end of that turn alone', async () => {
    const { world, gateway, model, client } = await withModel();
    const first = await turn(client, 'words', {});
    expect(first).toMatchObject({
      ok: true,
      payload: { status: 'ok', result: { payloads: [{ text: 'you said: good morning' }] } },
    });
    expect(mismatches('AgentResult', first.payload)).toEqual([]);
    const events = eventsOf(client, 'words');
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.flatMap(({ data }) => data.delta ?? []).join('')).toBe('you said: good morning');
    expect(events.at(-1)).toMatchObject({ stream: 'lifecycle', data: { phase: 'end' } });
    for (const event of client.frames.filter((f) => f.event === 'chat' || f.event === 'agent'))
      expect(mismatches(event.event === 'chat' ? 'ChatEvent' : 'AgentEvent', event.payload)).toEqual([]);

    const works: [model: string, text: string][] = [
      ['whole', 'you said: good morning'],
      ['busy', 'you said: good morning'],
      ['cut', 'you said: good morning'],
      ['tool', 'you said: good morning'],
    ];
    for (const [name, text] of works)
      expect([name, (await turn(client, name, { model: `local/${name}` })).payload]).toMatchObject([
        name,
        { status: 'ok', result: { payloads: [{ text }] } },
      ]);
    expect(eventsOf(client, 'tool').filter(({ stream }) => stream === 'tool')).toMatchObject([
      { data: { phase: 'result', name: 'read_file', isError: true } },
    ]);

    const fails: [model: string, message: string | RegExp][] = [
      ['down', 'local: HTTP 503: the model is away'],
      ['denied', 'local: HTTP 401: Incorrect API key provided: Bearer ***'],
      ['html', 'local: the answer is text/html, not a stream of events'],
      ['error', 'local: out of memory for Bearer ***'],
      ['breaks-off', /^local: the answer broke off/],
      ['elsewhere', /^local: no answer: /],
      ['tools', 'local: the model insists on the tool read_file, and this gateway runs none'],
    ];
    for (const [name, message] of fails) {
      const failed = await turn(client, name, { model: `local/${name}` });
      expect([name, failed.error?.code]).toEqual([name, 'UNAVAILABLE']);
      expect(failed.error?.message).toMatch(message);
      expect(failed.payload).toEqual({ runId: name, status: 'error', summary: failed.error?.message });
    }
    expect(await turn(client, 'late', { model: 'local/slow', timeout: 1 })).toMatchObject({
      ok: false,
      error: { code: 'AGENT_TIMEOUT', message: 'the agent did not answer within 1 s' },
    });

    // What the workspace says, what was said before, and the key: that of the file, and nothing of it comes back.
    const asked = await model.asked();
    expect(asked.every(({ authorization }) => authorization === `Bearer ${KEY}`)).toBe(true);
    const { messages } = asked.find(({ body }) => body.model === 'whole')?.body ?? { messages: [] };
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(messages[0]?.content).toContain('# AGENTS.md');
    const sessions = `${gateway.stateDir}/agents/main/sessions`;
    const kept = await Promise.all((await readdir(sessions)).map((name) => readFile(`${sessions}/${name}`, 'utf8')));
    const told = [JSON.stringify(client.frames), gateway.running.stdout, gateway.running.stderr, ...kept];
    told.push((await world.zero('--profile', 'main', 'logs')).stdout);
    expect(told.join('\n')).not.toContain(KEY);

    // Nobody else may read the keys.
    await chmod(world.at('.zero-main/.env'), 0o644);
    expect((await turn(client, 'open', {})).error?.message).toBe(
      `others can read ${world.at('.zero-main/.env')} (mode 644): chmod 600 ${world.at('.zero-main/.env')}`,
    );
  });

  it('answers on the command line, without a model and with one, and says by its exit code how that went', async () => {
    const { world } = await withModel();
    const main = (...args: string[]) => world.zero('--profile', 'main', ...args);
    expect(await main('agent', '--message', 'good morning')).toMatchObject({ code: 0, stdout: 'you said: good morning\n' });
    expect(await main('agent', '--message', 'olá', '--to', '+4917012345', '--model', 'echo')).toMatchObject({ stdout: 'olá\n' });
    const ask = ['agent', '--message', 'once', '--run-id', 'r1', '--json'];
    const first = await main(...ask);
    expect(first.json()).toMatchObject({
      ok: true,
      runId: 'r1',
      status: 'ok',
      result: { payloads: [{ text: 'you said: once' }] },
    });
    expect((await main(...ask)).json()).toEqual(first.json());
    expect((await main('agent', '--message', 'x', '--no-wait', '--json')).json()).toMatchObject({ status: 'accepted' });

    const late = await main(
      'agent',
      '--message',
      'x',
      '--model',
      'local/slow',
      '--session-key',
      'side',
      '--timeout',
      '1',
      '--json',
    );
    expect([late.code, late.json()]).toMatchObject([75, { error: { code: 'AGENT_TIMEOUT' } }]);
    const down = await main('agent', '--message', 'x', '--model', 'local/down', '--json');
    expect([down.code, down.json()]).toMatchObject([1, { error: { code: 'GATEWAY_REFUSED', details: { code: 'UNAVAILABLE' } } }]);
    expect(await main('agent', '--json')).toMatchObject({ code: 2 });
    const undelivered = await main('agent', '--message', 'x', '--to', '1', '--deliver', '--json');
    expect([undelivered.code, undelivered.json()]).toMatchObject([69, { error: { code: 'NOT_LINKED' } }]);
    const unsent = await main('message', 'send', '--target', '+49', '--message', 'x');
    expect([unsent.code, unsent.stderr]).toEqual([69, expect.stringContaining('no channel is linked')]);
    expect(await main('message', 'send', '--target', 'main', '--message', 'psst', '--channel', 'webchat')).toMatchObject({
      code: 0,
    });
    expect((await main('channels', 'login')).stderr).toContain('channels.whatsapp is not in the config');
  });

  it('can be stopped, by who asked and with the gateway, and what was said so far is kept', async () => {
    const { gateway, client } = await withModel();
    const say = (id: string) =>
      client.request(id, 'agent', { message: 'go on', idempotencyKey: id, model: 'local/slow', sessionKey: 'agent:main:side' });
    await say('one');
    await client.frame((f) => f.event === 'agent' && JSON.stringify(f.payload).includes('"delta":"well"'));
    const history = () => client.request(`h${client.frames.length}`, 'chat.history', { sessionKey: 'agent:main:side' });
    expect(await client.request('2', 'chat.abort', { sessionKey: 'agent:main:side' })).toMatchObject({
      payload: { ok: true, aborted: true, runIds: ['one'] },
    });
    expect(await client.frame((f) => f.id === 'one' && f.ok === false)).toMatchObject({
      error: { code: 'UNAVAILABLE', message: 'aborted', details: { code: 'ABORTED' } },
    });
    expect(eventsOf(client, 'one', 'chat').at(-1)?.state).toBe('aborted');
    const { payload } = await history();
    expect(mismatches('ChatHistoryResult', payload)).toEqual([]);
    expect((payload as { messages: object[] }).messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ text: 'well' }], stopReason: 'aborted' },
    ]);

    await say('two');
    await client.frame((f) => f.event === 'agent' && JSON.stringify(f.payload).includes('"runId":"two","seq":2'));
    const stopped = gateway.running.stop();
    expect(await client.frame((f) => f.id === 'two' && f.ok === false)).toMatchObject({ error: { message: 'gateway stopping' } });
    expect((await stopped).code).toBe(0);
    const sessions = `${gateway.stateDir}/agents/main/sessions`;
    const [name = ''] = (await readdir(sessions)).filter((file) => file.endsWith('.jsonl'));
    const last = (await readFile(`${sessions}/${name}`, 'utf8')).trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({ message: { stopReason: 'aborted', content: [{ text: 'well' }] } });
    expect((await stat(`${sessions}/${name}`)).mode & 0o777).toBe(0o600);
  });
});
