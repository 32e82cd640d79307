import { findPack } from '@polygate/core';
import { describe, expect, it } from 'vitest';
import { bridgeNames, canvasScript, withScript } from './snippet.ts';

describe('the names that pages and apps call one another by', () => {
  it.each([
    ['zero', 'zeroA2UI', 'zeroCanvasA2UIAction', 'ZERO'],
    ['openclaw', 'openclawA2UI', 'openclawCanvasA2UIAction', 'OpenClaw'],
    ['ws-agent', 'wsAgentA2UI', 'wsAgentCanvasA2UIAction', 'WsAgent'],
  ])('of %s are %s, %s and %s', (id, a2ui, handler, brand) => {
    expect(bridgeNames(findPack(id, []))).toMatchObject({
      a2ui,
      handler,
      brand,
      status: `${a2ui.slice(0, -4)}:a2ui-action-status`,
    });
  });

  it('of a product with other paths are made of its id', () => {
    const pack = findPack('zero', []);
    const other = { ...pack, id: 'my-own-bot', displayName: 'My own bot', paths: { ...pack.paths, canvas: '/canvas' } };
    expect(bridgeNames(other)).toMatchObject({ a2ui: 'myOwnBotA2UI', brand: 'Myownbot' });
  });
});

describe('a page of the canvas', () => {
  it('gets its script before its end, and keeps its own bytes, whatever its encoding is', () => {
    const put = (page: string | Buffer) => withScript(Buffer.from(page as string), '<script></script>').toString('latin1');
    expect(put('<body>a</body></html>')).toBe('<body>a<script></script></body></html>');
    expect(put('<p></BODY>x</Body>')).toBe('<p></BODY>x<script></script></Body>');
    expect(put('no end')).toBe('no end<script></script>');
    expect(put('')).toBe('<script></script>');
    const bytes = Buffer.from([0xff, 0xe9, 0x80, 0x00, 0xc3]);
    expect(withScript(bytes, '').equals(bytes)).toBe(true);
  });

  it('that is not to be loaded again asks for no socket', () => {
    const names = bridgeNames(findPack('zero', []));
    expect(canvasScript(names, '/__zero/ws')).toContain('new WebSocket(');
    expect(canvasScript(names, undefined)).not.toContain('WebSocket');
    for (const live of ['/__zero/ws', undefined])
      expect(() => new Function(canvasScript(names, live).replaceAll(/<\/?script>/g, ''))).not.toThrow();
  });
});
