// The reference gateway beside a bare `ws` echo server, in turns: round trips a second, p99, fan-out, memory, start.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { WebSocket } from 'ws';
import { repoPath } from '../scripts/lib/files.mjs';
import { fleetHome } from '../scripts/lib/fleet-home.mjs';
import { machine, median } from './lib/measure.mjs';

const ROUNDS = 5;
const ROUND_MS = 1_000;
/** DESIGN of the project: the share of a bare server's round trips that `health` should reach. */
const FIGURE = 0.6;
const CROWD = 500;

export async function bench() {
  const fleet = await fleetHome({ count: 1 });
  const [instance] = fleet.instances;
  const config = JSON.parse(readFileSync(`${instance.stateDir}/zero.json`, 'utf8'));
  const { token } = config.gateway.auth;
  const echo = await started([process.execPath, repoPath('bench/gateway/echo.mjs')], process.env, /listening on (\d+)/);
  const began = performance.now();
  const gateway = await started(fleet.command('--profile', instance.name, 'gateway'), fleet.env, /listening on/);
  try {
    const first = await client(instance.port, token);
    console.log(`Reference gateway beside a bare ws echo server (${machine()})\n`);
    console.log(`start to first hello: ${(performance.now() - began).toFixed(0)} ms\n`);
    first.close();
    console.log('clients  gateway /s   p99 ms     echo /s   p99 ms   ratio');
    for (const count of [1, 50, 500]) await compare(count, instance.port, Number(echo.found[1]), token);
    await crowd(gateway.child.pid, instance.port, token);
  } finally {
    for (const { child } of [gateway, echo]) {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
    }
    await fleet.remove();
  }
}

async function compare(count, port, echoPort, token) {
  const ours = await many(count, () => client(port, token));
  const bare = await many(count, () => opened(echoPort));
  const rounds = { ours: [], bare: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.ours.push(await roundTrips(ours));
    rounds.bare.push(await roundTrips(bare));
  }
  for (const socket of [...ours, ...bare]) socket.terminate();
  const of = (list, key) => median(list.map((r) => r[key]));
  const [perSecond, bareSecond] = [of(rounds.ours, 'perSecond'), of(rounds.bare, 'perSecond')];
  const ratio = perSecond / bareSecond;
  const cells = [
    perSecond.toFixed(0),
    of(rounds.ours, 'p99').toFixed(2),
    bareSecond.toFixed(0),
    of(rounds.bare, 'p99').toFixed(2),
  ];
  console.log(
    `${String(count).padStart(7)}  ${cells.map((c) => c.padStart(9)).join('  ')}   ${ratio.toFixed(2)} (figure: ≥ ${FIGURE})`,
  );
}

/** Every client asks, and asks again when it is answered, for a round. */
async function roundTrips(sockets) {
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

/** Many that are idle: what each costs, and how long a note takes to reach them all. */
async function crowd(pid, port, token) {
  const before = rssMiB(pid);
  const sockets = await many(CROWD, () => client(port, token));
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const kib = ((rssMiB(pid) - before) * 1024) / CROWD;
  console.log(`\nmemory: ${kib.toFixed(1)} KiB for each of ${CROWD} idle clients (resident, what is not collected yet included)`);
  const reached = sockets.map(
    (socket) =>
      new Promise((resolve) =>
        socket.on('message', (data) => data.includes('the note of the bench') && resolve(performance.now())),
      ),
  );
  const began = performance.now();
  sockets[0].send(
    '{"type":"req","id":"n","method":"system-event","params":{"text":"the note of the bench","instanceId":"bench"}}',
  );
  const times = await Promise.all(reached);
  console.log(`presence reaches ${CROWD} clients in ${(Math.max(...times) - began).toFixed(0)} ms (50 ms of it are gathering)`);
  for (const socket of sockets) socket.terminate();
}

async function many(count, open) {
  const sockets = [];
  // The door of the gateway lets 32 in at once.
  while (sockets.length < count)
    sockets.push(...(await Promise.all(Array.from({ length: Math.min(16, count - sockets.length) }, open))));
  return sockets;
}

function opened(port) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

async function client(port, token) {
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

function started([program, ...args], env, ready) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const found = ready.exec(text);
      if (found) resolve({ child, found });
    });
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
  });
}

const rssMiB = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
