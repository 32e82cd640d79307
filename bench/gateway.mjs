// The reference gateway beside a bare `ws` echo server, in turns: round trips a second, p99, fan-out, memory, start. And a model
// through it beside the same model asked directly.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { repoPath } from '../scripts/lib/files.mjs';
import { fleetHome } from '../scripts/lib/fleet-home.mjs';
import { canvasFiles } from './gateway/canvas.mjs';
import { client, many, opened, roundTrips } from './gateway/clients.mjs';
import { familyGateway } from './gateway/family.mjs';
import { besideTheModel } from './gateway/stream.mjs';
import { machine, median } from './lib/measure.mjs';

const ROUNDS = 9;
/** DESIGN of the project: the share of a bare server's round trips that `health` should reach. */
const FIGURE = 0.6;
const CROWD = 500;
const FAN_OUT_MS = 60_000;

export async function bench() {
  const fleet = await fleetHome({ count: 1 });
  const [instance] = fleet.instances;
  const configPath = `${instance.stateDir}/zero.json`;
  const config = JSON.parse(readFileSync(configPath, 'utf8'));
  const { token } = config.gateway.auth;
  const model = await started([process.execPath, repoPath('fixtures/servers/model.mjs')], process.env, /listening on (\d+)/);
  const baseUrl = `http://127.0.0.1:${model.found[1]}/v1`;
  config.models = { providers: { local: { baseUrl } } };
  writeFileSync(configPath, JSON.stringify(config), { mode: 0o600 });
  const echo = await started([process.execPath, repoPath('bench/gateway/echo.mjs')], process.env, /listening on (\d+)/);
  const began = performance.now();
  const gateway = await started(fleet.command('--profile', instance.name, 'gateway'), fleet.env, /listening on/);
  try {
    const first = await client(instance.port, token);
    console.log(`Reference gateway beside a bare ws echo server (${machine()})\n`);
    console.log(`start to first hello: ${(performance.now() - began).toFixed(0)} ms\n`);
    first.close();
    console.log('clients  gateway /s   p99 ms     echo /s   p99 ms   ratio');
    const bare = () => opened(Number(echo.found[1]));
    for (const count of [1, 50, 500]) {
      const { ours, theirs, ratio } = await compare(count, () => client(instance.port, token), bare);
      console.log(`${row(count, ours, theirs)}   ${ratio.toFixed(2)} (figure: ≥ ${FIGURE})`);
    }
    await besideTheModel(baseUrl, { baseUrl: `http://127.0.0.1:${instance.port}/v1`, token });
    await crowd(gateway.child.pid, instance.port, token);
    await canvasFiles({ port: instance.port + 4, root: `${fleet.home}/zero-${instance.name}/canvas`, bare: fileServer });
    await besideFamily(instance.port, token);
  } finally {
    for (const { child } of [gateway, echo, model, ...fileServers]) {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
    }
    await fleet.remove();
  }
}

/** Started while it ran. */
const fileServers = [];

async function fileServer(root) {
  const server = await started([process.execPath, repoPath('bench/gateway/files.mjs'), root], process.env, /listening on (\d+)/);
  fileServers.push(server);
  return Number(server.found[1]);
}

/** Rounds of ours and of something else, in turns: a drift of the machine meets both, and the ratio is that of neighbours. */
async function compare(count, openOurs, openTheirs) {
  const ours = await many(count, openOurs);
  const theirs = await many(count, openTheirs);
  const rounds = { ours: [], theirs: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.ours.push(await roundTrips(ours));
    rounds.theirs.push(await roundTrips(theirs));
  }
  for (const socket of [...ours, ...theirs]) socket.terminate();
  const of = (list) => ({ perSecond: median(list.map((r) => r.perSecond)), p99: median(list.map((r) => r.p99)) });
  const found = { ours: of(rounds.ours), theirs: of(rounds.theirs) };
  const ratio = median(rounds.ours.map(({ perSecond }, round) => perSecond / rounds.theirs[round].perSecond));
  return { ...found, ratio };
}

function row(count, ours, theirs) {
  const cells = [ours, theirs].flatMap(({ perSecond, p99 }) => [perSecond.toFixed(0), p99.toFixed(2)]);
  return `${String(count).padStart(7)}  ${cells.map((cell) => cell.padStart(9)).join('  ')}`;
}

/** A real gateway of the family, where `npm run e2e:family` has installed one. */
async function besideFamily(port, token) {
  const family = await familyGateway(token);
  if (!family) {
    console.log('\na real gateway of the family: skipped, none is installed (npm run e2e:family installs some)');
    return;
  }
  try {
    console.log(
      `\nclients  gateway /s   p99 ms   family /s   p99 ms   ratio (${family.name}; to its first hello ${family.ms.toFixed(0)} ms)`,
    );
    for (const count of [1, 50]) {
      const { ours, theirs, ratio } = await compare(
        count,
        () => client(port, token),
        () => client(family.port, token),
      );
      console.log(`${row(count, ours, theirs)}   ${ratio.toFixed(1)}`);
    }
  } finally {
    await family.stop();
  }
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
      new Promise((resolve) => {
        socket.on('message', (data) => data.includes('the note of the bench') && resolve(performance.now()));
        socket.once('close', () => resolve(undefined));
      }),
  );
  const began = performance.now();
  sockets[0].send(
    '{"type":"req","id":"n","method":"system-event","params":{"text":"the note of the bench","instanceId":"bench"}}',
  );
  const late = setTimeout(() => {
    for (const socket of sockets) socket.terminate();
  }, FAN_OUT_MS);
  const times = await Promise.all(reached);
  clearTimeout(late);
  if (times.includes(undefined)) throw new Error(`presence did not reach ${times.filter((t) => t === undefined).length} clients`);
  console.log(`presence reaches ${CROWD} clients in ${(Math.max(...times) - began).toFixed(0)} ms (50 ms of it are gathering)`);
  for (const socket of sockets) socket.terminate();
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
