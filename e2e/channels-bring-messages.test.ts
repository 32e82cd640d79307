import { cp, readFile, stat, writeFile } from 'node:fs/promises';
import { fixturePath } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { type BotApi, startBotApi } from './support/bot-api.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { addToConfig } from './support/model.ts';
import { startPhone } from './support/phone.ts';
import type { RawClient } from './support/raw-client.ts';
import { mismatches } from './support/wire-schema.ts';
import { newWorld, type World } from './support/world.ts';

const TOKEN = '4711:canary-AAEbb-9f2c';
const HOOK_TOKEN = 'canary-of-hooks-77e1';
const HOOKS = { enabled: true, token: '${HOOK_TOKEN}' };

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const found = await look();
    if (found) return found;
  }
  throw new Error('it did not come about');
}

/** A profile whose agent, an echo, is spoken to by Telegram. */
async function withTelegram(): Promise<{ world: World; api: BotApi }> {
  const world = await newWorld();
  const api = await startBotApi(world, TOKEN);
  await world.zero('--profile', 'main', 'setup');
  await addToConfig(world, 'main', {
    channels: { telegram: { apiRoot: api.root, allowFrom: [7, '@Ana'], groups: { '-5': {} } } },
    hooks: HOOKS,
  });
  await writeFile(world.at('.zero-main/.env'), `TELEGRAM_BOT_TOKEN=${TOKEN}\nHOOK_TOKEN=${HOOK_TOKEN}\n`, { mode: 0o600 });
  return { world, api };
}

/** Has the agent answer a hook. */
async function ring({ port }: TestGateway, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${HOOK_TOKEN}`, 'content-type': 'application/json' };
  const rung = await fetch(`http://127.0.0.1:${port}/hooks/agent`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(rung.status).toBe(202);
}

const linked = (client: RawClient) =>
  until(async () => {
    const { payload } = await client.request(`l${client.frames.length}`, 'status');
    return (payload as { linkChannel: { linked: boolean } | null }).linkChannel?.linked;
  });

describe('telegram', () => {
  it('brings messages of those who may speak to the agent, and their answers, through failures of the other side', async () => {
    const { world, api } = await withTelegram();
    await api.fail({ method: 'getMe', status: 502, times: 1 });
    const gateway = await startGateway(world, 'main', '--verbose');
    const { client } = await gateway.client();
    await linked(client);
    await api.say({ from: 7, text: 'good morning' });
    await api.say({ from: 8, username: 'ana', text: 'me too' });
    await api.say({ from: 666, username: 'eve', text: 'let me in' });
    await api.say({ from: 7, chat: -5, type: 'group', text: 'not to the bot' });
    await api.say({ from: 7, chat: -5, type: 'group', text: 'you, @test_bot' });
    const sent = await api.until(3);
    expect(sent.map(({ chat_id, text }) => [String(chat_id), text]).sort()).toEqual([
      ['-5', 'you, @test_bot'],
      ['7', 'good morning'],
      ['8', 'me too'],
    ]);
    // Too many at once, and a connection that is cut while it is asked.
    await api.fail({ method: 'sendMessage', status: 429, times: 2, retryAfter: 0 });
    await api.fail({ method: 'getUpdates', status: 0, times: 1 });
    await api.say({ from: 7, text: `long ${'word '.repeat(1_000)}` });
    const pieces = (await api.until(5)).slice(3);
    expect(pieces.map(({ text }) => text).join(' ')).toBe(`long ${'word '.repeat(1_000)}`.trim());

    const { payload } = await client.request('c', 'channels.status', { probe: true });
    expect(mismatches('ChannelsStatusResult', payload)).toEqual([]);
    expect(payload).toMatchObject({
      channelOrder: ['telegram', 'webchat'],
      channels: { telegram: { linked: true, account: '@test_bot', turnedAway: '666 @eve' } },
    });
    const { payload: health } = await client.request('h', 'health');
    expect(mismatches('HealthSummary', health)).toEqual([]);
    expect(health).toMatchObject({ linkChannel: { id: 'telegram', linked: true, authAgeMs: expect.any(Number) } });
    const { payload: history } = await client.request('hi', 'chat.history', { sessionKey: 'agent:main:telegram:group:-5' });
    expect(history).toMatchObject({ messages: [{ role: 'user' }, { role: 'assistant' }] });

    const send = (id: string, params: object) =>
      client.request(id, 'send', { to: '7', message: 'unasked', idempotencyKey: 's1', ...params });
    const first = await send('s1', {});
    expect(first).toMatchObject({ ok: true, payload: { channel: 'telegram', messageId: '6' } });
    expect((await send('s2', {})).payload).toEqual(first.payload);
    await api.fail({ method: 'sendMessage', status: 500, times: 1 });
    expect((await send('s3', { idempotencyKey: 's2' })).error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect((await send('s4', { idempotencyKey: 's2' })).ok).toBe(true);
    await api.fail({ method: 'sendMessage', status: 0, times: 1 });
    const unsure = await send('s5', { idempotencyKey: 's3' });
    expect(unsure.error).toMatchObject({ details: { code: 'SEND_UNSURE' } });
    expect((await send('s6', { idempotencyKey: 's3' })).error).toEqual(unsure.error);
    const picture = { idempotencyKey: 's4', mediaUrl: 'https://example.org/a.png' };
    expect((await send('s7', picture)).ok).toBe(true);
    expect((await send('s8', { idempotencyKey: 's5', to: 'nobody' })).error?.message).toContain('chat not found');
    expect((await send('s9', { idempotencyKey: 's6', mediaUrl: '/etc/passwd' })).error?.code).toBe('INVALID_REQUEST');
    expect((await api.sent()).slice(5).map(({ method }) => method)).toEqual(['sendMessage', 'sendMessage', 'sendPhoto']);

    // What a hook has the agent say goes to whom it names, or to whom was spoken with last; or stays here.
    await ring(gateway, { message: 'for ana', channel: 'telegram', to: '8' });
    await api.until(9);
    await ring(gateway, { message: 'for nobody', deliver: false });
    await ring(gateway, { message: 'for the last' });
    expect((await api.until(10)).slice(8).map(({ chat_id, text }) => [String(chat_id), text])).toEqual([
      ['8', 'for ana'],
      ['7', 'for the last'],
    ]);
    const media = ['--media', 'https://example.org/b.png'];
    const shown = await world.zero(
      '--profile',
      'main',
      'message',
      'send',
      '--target',
      '7',
      '--message',
      'look',
      ...media,
      '--json',
    );
    expect(shown.json()).toMatchObject({ ok: true });
    expect((await api.until(11)).at(-1)).toMatchObject({ method: 'sendPhoto' });

    const told = [JSON.stringify(client.frames), gateway.running.stdout, gateway.running.stderr];
    for (const args of [
      ['logs'],
      ['status', '--json'],
      ['health', '--json'],
      ['channels', 'status', '--json'],
      ['config', 'get', '--json'],
    ])
      told.push(JSON.stringify(await world.zero('--profile', 'main', ...args)));
    told.push(JSON.stringify(await readTranscript(gateway)));
    told.push(await readFile(`${gateway.stateDir}/channels/telegram.json`, 'utf8'));
    for (const secret of [TOKEN, HOOK_TOKEN]) expect(told.join('\n')).not.toContain(secret);
    expect((await stat(`${gateway.stateDir}/channels/telegram.json`)).mode & 0o777).toBe(0o600);
  });

  it('loses and doubles nothing when the gateway is stopped, killed and started again', async () => {
    const { world, api } = await withTelegram();
    let gateway = await startGateway(world);
    const numbers = Array.from({ length: 30 }, (_, i) => String(i));
    for (const [i, text] of numbers.entries()) {
      await api.say({ from: 7, text });
      if (i === 10) {
        await gateway.running.stop();
      } else if (i === 14) {
        gateway = await startGateway(world);
      } else if (i === 20) {
        await api.until(15);
        gateway.running.kill('SIGKILL');
        await gateway.running.exited;
        gateway = await startGateway(world);
      }
    }
    const sent = await until(async () => {
      const all = await api.sent();
      return all.some(({ text }) => text === '29') && all;
    });
    // What was under way when it was killed may come twice, and only that; the order is that of the chat.
    const texts = sent.map(({ text }) => text);
    expect([...new Set(texts)]).toEqual(numbers);
    expect(texts.length).toBeLessThanOrEqual(31);
    await gateway.running.stop();
    const book = JSON.parse(await readFile(world.at('.zero-main/channels/telegram.json'), 'utf8')) as { items: object[] };
    expect(book.items).toEqual([]);
    const [transcript] = await Promise.all([readTranscript(gateway)]);
    expect(transcript.filter(({ role }) => role === 'user').map(({ text }) => text)).toEqual(numbers);
  });

  it('whose token is refused says so and harms nothing else', async () => {
    const { world } = await withTelegram();
    await writeFile(world.at('.zero-main/.env'), 'TELEGRAM_BOT_TOKEN=1:wrong-canary\n');
    const gateway = await startGateway(world);
    const { client } = await gateway.client();
    await gateway.running.readUntil(/telegram: 401 Unauthorized/);
    const { error } = await client.request('1', 'send', { to: '7', message: 'x', idempotencyKey: 'k' });
    expect(error).toMatchObject({ code: 'NOT_LINKED', message: 'no channel is linked' });
    expect((await client.request('2', 'status')).payload).toMatchObject({
      linkChannel: { linked: false, authAgeMs: null },
      channelSummary: ['Telegram: not linked: 401 Unauthorized'],
    });
    await writeFile(world.at('.zero-main/.env'), '');
    await gateway.running.stop();
    const again = await startGateway(world);
    await again.running.readUntil(/telegram: channels\.telegram\.botToken: there is no TELEGRAM_BOT_TOKEN in .*\.env/);
  });
});

async function readTranscript(gateway: TestGateway): Promise<{ role: string; text: string }[]> {
  const dir = `${gateway.stateDir}/agents/main/sessions`;
  const index = JSON.parse(await readFile(`${dir}/sessions.json`, 'utf8')) as Record<string, { sessionId: string }>;
  const lines = (await readFile(`${dir}/${index['agent:main:main']?.sessionId}.jsonl`, 'utf8')).trimEnd().split('\n');
  return lines.flatMap((line) => {
    const { message } = JSON.parse(line) as { message?: { role: string; content: { text: string }[] } };
    return message ? [{ role: message.role, text: message.content[0]?.text ?? '' }] : [];
  });
}

describe('whatsapp', () => {
  it('is linked by a code, answers, comes back after a broken connection, and is gone when the phone ends it', async () => {
    const world = await newWorld();
    const phone = await startPhone(world);
    world.env.PHONE = phone.path;
    await world.zero('--profile', 'main', 'setup');
    await addToConfig(world, 'main', { channels: { whatsapp: { allowFrom: ['+491701'] } }, hooks: HOOKS });
    await writeFile(world.at('.zero-main/.env'), `HOOK_TOKEN=${HOOK_TOKEN}\n`, { mode: 0o600 });
    const without = await startGateway(world);
    await without.running.readUntil(/whatsapp: the package baileys is not in .*\.zero-main/);
    await without.running.stop();
    await cp(fixturePath('packages', 'baileys'), world.at('.zero-main/node_modules/baileys'), { recursive: true });
    const gateway = await startGateway(world);
    const { client } = await gateway.client();
    await gateway.running.readUntil(/whatsapp: not linked/);
    const send = (id: string) =>
      client.request(id, 'send', { to: '+49 170 1', message: 'hi', channel: 'whatsapp', idempotencyKey: 'k1' });
    expect((await send('0')).error).toEqual({ code: 'NOT_LINKED', message: 'channel whatsapp is not linked', retryable: false });

    const login = client.request('qr', 'web.login.start', {});
    expect(await phone.tells('connect')).toMatchObject({ linked: false });
    phone.say({ event: 'connection.update', data: { qr: 'canary-code-1' } });
    expect((await login).payload).toMatchObject({
      connected: false,
      qr: 'canary-code-1',
      qrDataUrl: expect.stringMatching(/^data:image/),
    });
    const wait = client.request('w', 'web.login.wait', { qr: 'canary-code-1' });
    phone.say({ event: 'connection.update', data: { qr: 'canary-code-2' } });
    expect((await wait).payload).toMatchObject({ connected: false, qr: 'canary-code-2' });
    // The phone scans; WhatsApp wants a new connection, as the account.
    const scanned = client.request('w2', 'web.login.wait', { qr: 'canary-code-2' });
    const before = phone.told.length;
    phone.say({ link: '491709:3@s.whatsapp.net' }, { event: 'connection.update', data: { connection: 'close', code: 515 } });
    expect(await phone.tells('connect', before)).toMatchObject({ linked: true });
    phone.say({ event: 'connection.update', data: { connection: 'open' } });
    expect((await scanned).payload).toEqual({ connected: true, message: 'WhatsApp is linked as +491709' });
    const creds = world.at('.zero-main/credentials/whatsapp/default');
    expect((await stat(creds)).mode & 0o777).toBe(0o700);

    const from = (jid: string, id: string, text: string) => ({
      event: 'messages.upsert',
      data: { type: 'notify', messages: [{ key: { remoteJid: jid, id, fromMe: false }, message: { conversation: text } }] },
    });
    phone.say(from('491701@s.whatsapp.net', 'A1', 'good morning'), from('4966@s.whatsapp.net', 'E1', 'let me in'));
    expect(await phone.tells('send')).toMatchObject({ jid: '491701@s.whatsapp.net', content: { text: 'good morning' } });
    const sent = await send('1');
    expect(sent).toMatchObject({
      ok: true,
      payload: { channel: 'whatsapp', messageId: expect.stringMatching(/^3EB0[0-9A-F]{18}$/) },
    });
    expect((await send('2')).payload).toEqual(sent.payload);

    // The connection breaks, and what came meanwhile comes again with what came before.
    const broken = phone.told.length;
    phone.say({ event: 'connection.update', data: { connection: 'close', code: 428 } });
    await phone.tells('connect', broken);
    phone.say({ event: 'connection.update', data: { connection: 'open' } });
    phone.say(from('491701@s.whatsapp.net', 'A1', 'good morning'), from('491701@s.whatsapp.net', 'A2', 'still there?'));
    expect(await phone.tells('send', broken)).toMatchObject({ content: { text: 'still there?' } });
    expect(phone.told.filter((each) => each.do === 'send')).toHaveLength(3);

    const rung = phone.told.length;
    await ring(gateway, { message: 'the bell', channel: 'whatsapp', to: '+49 170 1' });
    expect(await phone.tells('send', rung)).toMatchObject({ jid: '491701@s.whatsapp.net', content: { text: 'the bell' } });

    phone.say({ event: 'connection.update', data: { connection: 'close', code: 401 } });
    await gateway.running.readUntil(/the phone ended the link/);
    expect((await client.request('3', 'send', { to: '+491701', message: 'x', idempotencyKey: 'k9' })).error?.code).toBe(
      'NOT_LINKED',
    );
    expect(await stat(`${creds}/creds.json`).catch(() => undefined)).toBeUndefined();

    // The same on the command line, which shows the code.
    const main = (...args: string[]) => world.zero('--profile', 'main', ...args);
    const again = phone.told.length;
    const cli = world.start('--profile', 'main', 'channels', 'login', 'whatsapp');
    await phone.tells('connect', again);
    phone.say({ event: 'connection.update', data: { qr: 'canary-code-3' } });
    await cli.readUntil(/[█▀▄]{10}[\s\S]*Scan this code/);
    phone.say({ link: '491709:4@s.whatsapp.net' }, { event: 'connection.update', data: { connection: 'open' } });
    expect(await cli.exited).toMatchObject({ code: 0 });
    expect(cli.stdout).toBe('WhatsApp is linked as +491709.\n');
    expect((await main('channels', 'login', '--json')).json()).toMatchObject({ action: 'linked', changed: false });
    expect((await main('channels')).stdout).toMatch(/WhatsApp +yes +connected +\+491709 +left unanswered: \+4966/);
    expect((await main('health')).stdout).toMatch(/: WhatsApp linked \(\d+ s ago\)/);
    expect((await main('status')).stdout).toMatch(/Channel: +WhatsApp linked \(\d+ s ago\)/);
    expect(await main('message', 'send', '--target', '+491701', '--message', 'bye')).toMatchObject({ code: 0 });
    expect((await main('channels', 'logout', '--json')).json()).toMatchObject({ action: 'logged-out', changed: true });
    expect(phone.told.some((each) => each.do === 'logout')).toBe(true);
    expect((await main('status', '--json')).json()).toMatchObject({ linkChannel: { id: 'whatsapp', linked: false } });
    expect(gateway.running.stdout + gateway.running.stderr).not.toContain('canary-code');
  });
});
