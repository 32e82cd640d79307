// Clients of what is measured: sockets, those that said hello, and rounds of questions.
import { performance } from 'node:perf_hooks';
import { WebSocket } from 'ws';

const ROUND_MS = 1_000;

/** Every client asks, and asks again when it is answered, for a round. */
export async function roundTrips(sockets) {
  const times = [];
  const end = performance.now() + ROUND_MS;
  const began = performance.now();
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise((resolve) => {
          let asked = performance.now();
          const ask = () => {
            asked = performance.now();
            socket.send('{"type":"req","id":"1","method":"health"}');
          };
          const onMessage = (data) => {
            if (data.length > 15 && data.toString('latin1', 0, 15).includes('"event"')) return;
            times.push(performance.now() - asked);
            if (performance.now() < end) return ask();
            socket.off('message', onMessage);
            resolve();
          };
          socket.on('message', onMessage);
          ask();
        }),
    ),
  );
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  return { perSecond: times.length / seconds, p99: times[Math.floor(times.length * 0.99)] };
}

export async function many(count, open) {
  const sockets = [];
  // The door of the gateway lets 32 in at once.
  while (sockets.length < count)
    sockets.push(...(await Promise.all(Array.from({ length: Math.min(16, count - sockets.length) }, open))));
  return sockets;
}

export function opened(port) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** One that said hello. */
export async function client(port, token) {
  const socket = await opened(port);
  const answered = new Promise((resolve, reject) => {
    socket.on('message', function onMessage(data) {
      const frame = JSON.parse(String(data));
      if (frame.type !== 'res') return;
      socket.off('message', onMessage);
      if (frame.ok) resolve(socket);
      else reject(new Error(JSON.stringify(frame.error)));
    });
  });
  const who = { id: 'test', version: '1', platform: 'linux', mode: 'test' };
  const params = { minProtocol: 3, maxProtocol: 3, client: who, auth: { token } };
  socket.send(JSON.stringify({ type: 'req', id: 'h', method: 'connect', params }));
  return answered;
}
