import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventStream, event } from './event-stream.ts';
import type { Exchange } from './exchange.ts';

/** An exchange whose client takes as much as it says. */
function exchangeWith(takes: () => boolean) {
  const gone = new AbortController();
  const written: string[] = [];
  const response = Object.assign(new EventEmitter(), {
    flushHeaders: () => undefined,
    write: (text: string) => {
      written.push(text);
      return takes();
    },
    destroy: vi.fn(() => gone.abort()),
    end: vi.fn(),
  });
  Object.defineProperty(response, 'writableNeedDrain', { get: () => !takes() });
  return { response, written, gone, exchange: { response, gone: gone.signal, head: () => undefined } as unknown as Exchange };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('waits for a client that reads slowly, and lets go of one that does not read', async () => {
  let takes = false;
  const { exchange, response, written, gone } = exchangeWith(() => takes);
  const stream = new EventStream(exchange);
  const first = stream.write(event({ n: 1 }));
  await vi.advanceTimersByTimeAsync(29_000);
  response.emit('drain');
  await first;
  takes = true;
  await stream.write(event({ n: 2 }, 'two'));
  expect(written).toEqual(['data: {"n":1}\n\n', 'event: two\ndata: {"n":2}\n\n']);
  takes = false;
  const stuck = stream.write('x');
  await vi.advanceTimersByTimeAsync(30_000);
  await stuck;
  expect([response.destroy.mock.calls.length, gone.signal.aborted]).toEqual([1, true]);
  // Nobody is there any more.
  await stream.write('y');
  expect(written.at(-1)).toBe('x');
});

it('says that it is there when there is nothing to say, and nothing more at its end', async () => {
  const { exchange, written, response } = exchangeWith(() => true);
  const stream = new EventStream(exchange);
  await vi.advanceTimersByTimeAsync(46_000);
  expect(written).toEqual([': waiting\n\n', ': waiting\n\n']);
  stream.end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([written.length, response.end.mock.calls.length]).toEqual([2, 1]);
});
