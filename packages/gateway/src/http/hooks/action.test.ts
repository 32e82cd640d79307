import { describe, expect, it } from 'vitest';
import { actionOf, mappedAction } from './action.ts';
import { hookSettings } from './settings.ts';
import { filledIn, type TemplateContext } from './template.ts';

const context = (payload: unknown, more: Partial<TemplateContext> = {}): TemplateContext => ({
  ...{ payload, path: 'shop', query: { door: '4' }, now: '2026-01-31T12:00:00.000Z' },
  headers: { 'x-from': 'ana', authorization: 'Bearer s3cret', 'x-zero-token': 's3cret', cookie: 'a=s3cret' },
  ...more,
});

describe('a template', () => {
  it.each([
    ['{{order.id}} {{ payload.order.items[1].name }}', '7 ink'],
    ['{{path}} {{query.door}} {{headers.X-From}} {{now}}', 'shop 4 ana 2026-01-31T12:00:00.000Z'],
    ['{{order.items[0]}} {{order.paid}}', '{"name":"pen"} false'],
    ['<{{nobody}}{{order.items[9].name}}{{order.id.x}}{{}}>', '<>'],
    ['<{{__proto__}}{{constructor.name}}{{order.toString}}{{order.items.length.x}}>', '<>'],
    ['<{{headers.authorization}}{{headers.Cookie}}{{headers.x-zero-token}}>', '<>'],
    ['{{text}}', '{{order.id}}'],
    ['{ {order} } }}{{', '{ {order} } }}{{'],
  ])('%s', (template, text) => {
    const order = { id: 7, paid: false, items: [{ name: 'pen' }, { name: 'ink' }] };
    expect(filledIn(template, context({ order, text: '{{order.id}}' }))).toBe(text);
  });
});

describe('a hook', () => {
  it('is what the first mapping that fits makes of it', () => {
    const settings = hookSettings({
      hooks: {
        mappings: [
          null,
          { match: { path: '/shop/', source: 'eu' }, messageTemplate: 'EU {{id}}', sessionKey: 'hook:{{id}}', model: ' ' },
          { match: { path: 'shop' }, action: 'wake', textTemplate: 'shop {{id}}', wakeMode: 'next-heartbeat' },
        ],
        presets: ['gmail', 'nothing'],
      },
    });
    expect(mappedAction(settings, context({ source: 'eu', id: 1 }))).toMatchObject({
      ...{ kind: 'agent', message: 'EU 1', name: 'Hook', sessionKey: 'hook:1', model: undefined, deliver: true, isForeign: true },
    });
    expect(mappedAction(settings, context({ id: 2 }))).toEqual({ kind: 'wake', text: 'shop 2', mode: 'next-heartbeat' });
    expect(mappedAction(settings, context({ messages: [{ id: 'm', from: 'ana' }] }, { path: 'gmail' }))).toMatchObject({
      ...{ kind: 'agent', name: 'Gmail', sessionKey: 'hook:gmail:m', message: expect.stringContaining('New email from ana') },
    });
    expect(mappedAction(settings, context({}, { path: 'other' }))).toBeUndefined();
  });

  it('says itself what it is to be, within bounds', () => {
    expect(actionOf('wake', { text: ' x ', mode: 'later' })).toEqual({ kind: 'wake', text: 'x', mode: 'now' });
    expect(actionOf('agent', { message: 'x', timeoutSeconds: 1e9, deliver: 'no', to: 7 })).toMatchObject({
      ...{ name: 'Hook', channel: 'last', deliver: true, to: undefined, timeoutSeconds: 86_400, isForeign: false },
    });
    expect(() => actionOf('agent', { message: ' ' })).toThrow('message required');
    expect(() => actionOf('agent', { message: 'x', model: '' })).toThrow('model is to be a text');
  });
});
