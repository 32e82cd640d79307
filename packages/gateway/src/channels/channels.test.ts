import { FakeClock } from '@polygate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryConfig, memoryKeep, stateOf } from '../testing.ts';
import { isAllowed } from './allowed.ts';
import { sessionKeyOf } from './answer.ts';
import type { Incoming } from './channel.ts';
import { Inbox, type InboxOptions } from './inbox.ts';
import { backoffMs } from './pause.ts';
import { NotSent } from './send-error.ts';
import { splitText } from './split.ts';
import { messageIn as telegramMessage } from './telegram/updates.ts';
import { addressOf, messageIdOf, messageIn as whatsAppMessage } from './whatsapp/messages.ts';

const ana: Incoming = { id: '1', chat: '7', from: '7', name: '@ana', isGroup: false, text: 'hi' };

describe('who may speak to an agent', () => {
  it.each([
    [{}, false],
    [{ allowFrom: [] }, false],
    [{ allowFrom: 'ana' }, false],
    [{ allowFrom: [7] }, true],
    [{ allowFrom: [' @ANA '] }, true],
    [{ allowFrom: ['', '@', '+'] }, false],
    [{ allowFrom: ['*'] }, true],
  ])('by %j: %s', (settings, allowed) => {
    expect(isAllowed(settings, ana)).toBe(allowed);
  });

  it('in a group is who may, where the group is named too', () => {
    const there = { ...ana, chat: '-5', isGroup: true };
    expect(isAllowed({ allowFrom: ['*'] }, there)).toBe(false);
    expect(isAllowed({ groups: { '-5': {} } }, there)).toBe(false);
    expect(isAllowed({ allowFrom: [7], groups: { '-5': {} } }, there)).toBe(true);
    expect(isAllowed({ allowFrom: [7], groups: { '*': {} } }, there)).toBe(true);
  });

  it('has the main conversation, or one of their own', () => {
    expect(sessionKeyOf({}, 'telegram', ana)).toBe('agent:main:main');
    expect(sessionKeyOf({ session: { dmScope: 'per-peer' } }, 'telegram', ana)).toBe('agent:main:dm:7');
    expect(sessionKeyOf({ session: { dmScope: 'per-channel-peer' } }, 'telegram', ana)).toBe('agent:main:telegram:dm:7');
    expect(sessionKeyOf({}, 'telegram', { ...ana, chat: '-5', isGroup: true })).toBe('agent:main:telegram:group:-5');
  });
});

it('a text is sent in pieces that fit, and nothing but white space is lost', () => {
  expect(splitText('  a b  ', 9)).toEqual(['a b']);
  expect(splitText('', 9)).toEqual([]);
  expect(splitText('one two three four', 9)).toEqual(['one two', 'three', 'four']);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 2, max: 50 }), (text, most) => {
      const pieces = splitText(text, most);
      expect(pieces.every((piece) => piece.length <= most && !/[\uD800-\uDBFF]$/.test(piece))).toBe(true);
      expect(pieces.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
    }),
  );
});

it('pauses grow up to a minute, and are not all the same', () => {
  expect([1, 2, 3, 7, 50].map((n) => backoffMs(n, () => 1))).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
  expect(backoffMs(1, () => 0)).toBe(500);
});

describe('a message of telegram', () => {
  const me = { id: 1, username: 'my_bot' };
  const message = (more: object) => ({
    update_id: 9,
    message: { message_id: 1, text: 'hi', from: { id: 7, username: 'ana' }, chat: { id: 7, type: 'private' }, ...more },
  });
  const group = { chat: { id: -5, type: 'supergroup' } };
  it.each([
    ['of a person', message({}), { id: '9', chat: '7', from: '7', name: '@ana', isGroup: false, text: 'hi' }],
    ['with a picture', message({ text: undefined, caption: 'look' }), { text: 'look' }],
    ['to the bot in a group', message({ ...group, text: 'well @My_Bot?' }), { chat: '-5', isGroup: true }],
    ['that answers the bot', message({ ...group, reply_to_message: { from: { id: 1 } } }), { chat: '-5' }],
    ['to others in a group', message({ ...group, text: 'well @my_bottle' }), undefined],
    ['of a bot', message({ from: { id: 2, is_bot: true } }), undefined],
    ['of a channel', message({ chat: { id: 3, type: 'channel' } }), undefined],
    ['without a text', message({ text: undefined }), undefined],
    ['that is none', { update_id: 9 }, undefined],
  ])('%s', (_, update, expected) => {
    const found = telegramMessage(update, me);
    if (expected) expect(found).toMatchObject(expected);
    else expect(found).toBeUndefined();
  });
});

describe('a message of whatsapp', () => {
  const me = '491709:3@s.whatsapp.net';
  const message = (key: object, said: object) => ({
    key: { id: 'A', remoteJid: '49170:2@s.whatsapp.net', ...key },
    message: said,
  });
  const mention = { extendedTextMessage: { text: 'well?', contextInfo: { mentionedJid: ['491709@s.whatsapp.net'] } } };
  it.each([
    ['of a person', message({}, { conversation: 'hi' }), { from: '+49170', isGroup: false, text: 'hi' }],
    [
      'to the account in a group',
      message({ remoteJid: '1@g.us', participant: '49170@s.whatsapp.net' }, mention),
      { from: '+49170', chat: '1@g.us' },
    ],
    ['to others in a group', message({ remoteJid: '1@g.us' }, { conversation: 'hi' }), undefined],
    ['of its own', message({ fromMe: true }, { conversation: 'hi' }), undefined],
    ['of a status', message({ remoteJid: 'status@broadcast' }, { conversation: 'hi' }), undefined],
    ['without a text', message({}, {}), undefined],
  ])('%s', (_, given, expected) => {
    const found = whatsAppMessage(given, me);
    if (expected) expect(found).toMatchObject(expected);
    else expect(found).toBeUndefined();
  });

  it('goes to a number however it is written, and to nothing else', () => {
    expect(addressOf('+49 (170) 12-34')).toBe('491701234@s.whatsapp.net');
    expect(addressOf('123@g.us')).toBe('123@g.us');
    expect([addressOf('ana'), addressOf('12'), addressOf('a b@c')]).toEqual([undefined, undefined, undefined]);
    expect(messageIdOf('k')).toBe(messageIdOf('k'));
    expect(messageIdOf('k')).not.toBe(messageIdOf('l'));
  });
});

describe('the inbox', () => {
  const item = (id: string, chat = '7') => ({ id, chat, sessionKey: 'agent:main:main', text: id });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

  async function open(files: Map<string, string>, more: Partial<InboxOptions> = {}) {
    const sent: string[] = [];
    const { options } = await stateOf({ keep: memoryKeep(files) });
    const inbox = await Inbox.open({
      ...{ keep: options.keep, name: 'channels/x.json', log: options.log, clock: new FakeClock() },
      answer: async ({ text }) => [`${text}!`],
      send: async (_, text) => sent.push(text),
      ...more,
    });
    return { inbox, sent };
  }

  it('answers a message once, however often it comes, and goes on where it was', async () => {
    const files = new Map<string, string>();
    const first = await open(files);
    await first.inbox.take([item('a'), item('b'), item('a')], 5);
    await settle();
    await first.inbox.take([item('b')]);
    await settle();
    expect(first.sent).toEqual(['a!', 'b!']);
    await first.inbox.stop();
    const next = await open(files);
    expect(next.inbox.cursor).toBe(5);
    next.inbox.start();
    await next.inbox.take([item('a')]);
    await settle();
    expect(next.sent).toEqual([]);
  });

  it('has what was not answered answered by the next one, and of an answer only what was not sent', async () => {
    const files = new Map<string, string>();
    const first = await open(files, {
      answer: async ({ id }) => (id === 'a' ? ['1', '2', '3'] : 'later'),
      send: async (_, text) => {
        // Not waited for: that waits for this.
        if (text === '2') void first.inbox.stop();
      },
    });
    await first.inbox.take([item('a'), item('b', '8')], 1);
    await settle();
    const next = await open(files);
    next.inbox.start();
    await settle();
    expect(next.sent.sort()).toEqual(['3', 'b!']);
  });

  it('gives up what can never be sent, and nothing else', async () => {
    const tried: string[] = [];
    const { inbox } = await open(new Map(), {
      send: async (_, text) => {
        tried.push(text);
        if (text === 'a!') throw new NotSent('x', 'blocked', false);
      },
    });
    await inbox.take([item('a'), item('b')]);
    await settle();
    expect(tried).toEqual(['a!', 'b!']);
    await inbox.stop();
  });

  it('that cannot be read is set aside', async () => {
    const files = new Map([['channels/x.json', '{"version":1,"cursor":"x"}']]);
    const { inbox } = await open(files);
    expect(inbox.cursor).toBe(0);
    expect([...files.keys()]).toEqual(['channels/x.json.broken']);
  });
});

it('a config that names an unknown channel, or one that cannot be, harms nothing', async () => {
  const config = '{ channels: { pigeon: {}, telegram: { enabled: false }, whatsapp: {}, defaults: {} } }';
  const state = await stateOf({ configFile: memoryConfig(config) });
  state.channels.start();
  await state.channels.stop();
  expect(state.channels.all().map(({ id }) => id)).toEqual(['whatsapp', 'webchat']);
  expect(state.channels.linkChannel()).toEqual({ id: 'whatsapp', label: 'WhatsApp', linked: false, authAgeMs: null });
  expect(state.channels.lines()).toEqual([expect.stringMatching(/^WhatsApp: not linked: the package baileys is not in/)]);
});
