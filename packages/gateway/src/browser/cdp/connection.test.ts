import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { CdpConnection } from './connection.ts';

interface Call {
  id: number;
  method: string;
  sessionId?: string;
}

describe('a connection to a browser', () => {
  let server: WebSocketServer;
  let peer: WebSocket;
  let url: string;
  let answer: (call: Call) => void;
  const say = (frame: object) => peer.send(JSON.stringify(frame));

  beforeEach(async () => {
    answer = ({ id, method }) => say({ id, result: { method } });
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    server.on('connection', (socket) => {
      peer = socket;
      socket.on('message', (text) => answer(JSON.parse(String(text)) as Call));
    });
    await new Promise((resolve) => server.once('listening', resolve));
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/devtools/browser/x`;
  });
  afterEach(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });

  it('gives each answer to who asked, in whatever order they come', async () => {
    const cdp = await CdpConnection.open(url, 'work');
    const asked: Call[] = [];
    answer = (call) => {
      asked.push(call);
      if (asked.length === 2) for (const { id, method } of asked.toReversed()) say({ id, result: { method } });
    };
    expect(await Promise.all([cdp.call('A.a'), cdp.call('B.b', {}, { sessionId: 's' })])).toEqual([
      { method: 'A.a' },
      { method: 'B.b' },
    ]);
    expect(asked[1]).toMatchObject({ sessionId: 's' });
    cdp.close();
  });

  it('tells a refusal in the words of the browser, and a time that is up', async () => {
    const cdp = await CdpConnection.open(url, 'work');
    answer = ({ id, method }) => method === 'A.a' && say({ id, error: { code: -32_000, message: 'No target' } });
    await expect(cdp.call('A.a')).rejects.toMatchObject({ name: 'CdpRefused', message: 'No target' });
    await expect(cdp.call('B.b', {}, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'BROWSER_TIMEOUT',
      params: { what: 'B.b', ms: 20 },
    });
    cdp.close();
  });

  it('lets nobody wait when it ends, and nobody ask afterwards', async () => {
    const cdp = await CdpConnection.open(url, 'work');
    answer = () => peer.terminate();
    await expect(cdp.call('A.a')).rejects.toMatchObject({ code: 'BROWSER_GONE', params: { profile: 'work' } });
    expect(await cdp.closed).toBe('its connection was closed');
    await expect(cdp.call('A.a')).rejects.toMatchObject({ code: 'BROWSER_GONE' });
  });

  it('ends with a peer that speaks something else, and not with one that says what nobody asked', async () => {
    const cdp = await CdpConnection.open(url, 'work');
    say({ id: 99, result: {} });
    say({ method: 'Nobody.listens' });
    expect(await cdp.call('A.a')).toEqual({ method: 'A.a' });
    peer.send('<html>');
    await cdp.closed;
    expect(cdp.isOpen).toBe(false);
  });

  it('tells events of one page to who listens to that page, until told not to', async () => {
    const cdp = await CdpConnection.open(url, 'work');
    const heard: unknown[] = [];
    const stop = cdp.on('Page.loadEventFired', 's', (params) => heard.push(params));
    say({ method: 'Page.loadEventFired', sessionId: 'other', params: { n: 1 } });
    say({ method: 'Page.loadEventFired', sessionId: 's', params: { n: 2 } });
    await cdp.call('A.a');
    stop();
    say({ method: 'Page.loadEventFired', sessionId: 's', params: { n: 3 } });
    await cdp.call('A.a');
    expect(heard).toEqual([{ n: 2 }]);
    cdp.close();
  });

  it('says why it cannot be made, and nothing of what is secret in the address', async () => {
    server.close();
    const failure = CdpConnection.open(`${url}?token=geheim-4711`, 'far');
    await expect(failure).rejects.toMatchObject({ code: 'BROWSER_UNREACHABLE' });
    await expect(failure).rejects.not.toThrow('geheim');
  });
});
