import { WebSocket } from 'ws';
import { within } from './peer.ts';

/** What a process keeps, as its own collector tells: asked through the inspector of Node. */
export interface Heap {
  /** Bytes that are in use after everything that can go was collected. */
  inUse(): Promise<number>;
  close(): void;
}

/** @param url What Node prints when it is started with `--inspect=127.0.0.1:0`. */
export async function openHeap(url: string): Promise<Heap> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await within(
    new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    }),
    'the inspector did not answer',
  );
  const waiting = new Map<number, (result: { usedSize: number }) => void>();
  socket.on('message', (data) => {
    const { id, result } = JSON.parse(String(data)) as { id: number; result: { usedSize: number } };
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let last = 0;
  const ask = (method: string) => {
    last += 1;
    const id = last;
    socket.send(JSON.stringify({ id, method }));
    return within(new Promise<{ usedSize: number }>((resolve) => waiting.set(id, resolve)), `no answer to ${method}`);
  };
  return {
    async inUse() {
      // Twice: what the first has finalizers for goes with the second.
      await ask('HeapProfiler.collectGarbage');
      await ask('HeapProfiler.collectGarbage');
      return (await ask('Runtime.getHeapUsage')).usedSize;
    },
    close: () => socket.terminate(),
  };
}
