import { describe, expect, it } from 'vitest';
import { memoryCanvas, stateOf } from '../testing.ts';
import { canvasHostUrl, keyedPath } from './place.ts';

const local = { address: '127.0.0.1', isLocal: true, host: '127.0.0.1:18789' };
const remote = { address: '192.0.2.7', isLocal: false, host: 'box.local:18789' };

describe('where a client finds the canvas', () => {
  it('is nowhere when there is none', async () => {
    expect(canvasHostUrl(await stateOf(), local, 'c1')).toBeUndefined();
  });

  it('is the port beside that of the gateway where it is on one, by the name by which the client came', async () => {
    const state = await stateOf({ canvas: memoryCanvas() });
    expect(canvasHostUrl(state, local, 'c1')).toBe('http://127.0.0.1:18789');
    state.canvas.port = 18_793;
    expect(canvasHostUrl(state, local, 'c1')).toBe('http://127.0.0.1:18793');
    expect(canvasHostUrl(state, { ...local, host: '[::1]:18789' }, 'c1')).toBe('http://[::1]:18793');
    for (const host of ['', 'a b', 'a/b', 'user@host', 'x\r\ny', '"><script>'])
      expect(canvasHostUrl(state, { ...local, host }, 'c1')).toBe('http://127.0.0.1:18793');
  });

  it('has a key in it for who is not on this machine, for as long as that client is there', async () => {
    const state = await stateOf({ canvas: memoryCanvas() });
    const url = canvasHostUrl(state, remote, 'c1') ?? '';
    const [, key = ''] = /^http:\/\/box\.local:18789\/__zero__\/cap\/([\w-]{24})$/.exec(url) ?? [];
    expect(canvasHostUrl(state, remote, 'c1')).toBe(url);
    expect(canvasHostUrl(state, remote, 'c2')).not.toBe(url);
    expect(state.canvas.keys.opens(key, false)).toBe(true);
    state.canvas.keys.drop('c1');
    expect(state.canvas.keys.opens(key, false)).toBe(false);
    expect(state.canvas.keys.opens(key, true)).toBe(false);
  });

  it('on this machine needs a key that nobody else can use', async () => {
    const { canvas, options } = await stateOf();
    const key = canvas.keys.local();
    expect([canvas.keys.opens(key, true), canvas.keys.opens(key, false)]).toEqual([true, false]);
    expect(canvas.keys.opens('', true)).toBe(false);
    expect(keyedPath(options.pack)).toBe('/__zero__/cap');
    expect(keyedPath({ ...options.pack, paths: { ...options.pack.paths, canvas: '/canvas' } })).toBe('/cap');
  });
});
