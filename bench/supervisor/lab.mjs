import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Hub } from './hub.mjs';
import { run } from './processes.mjs';

const workload = (file) => path.join(import.meta.dirname, 'workload', file);

/** What all measurements share: the hub, the workload's command lines, ports, and a place for the figures. */
export async function openLab({ peers, ports, scale }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'polygate-bench-'));
  const hub = new Hub();
  await hub.listen();
  const light = await lightChild(folder);
  const samples = [];
  let serial = 0;
  const marker = () => `b${process.pid}x${(serial += 1)}`;

  // As little as the peers' children have: a variable of Node in the caller's (NODE_EXTRA_CA_CERTS) can double a start.
  const env = { PATH: process.env.PATH, HOME: folder };

  const argvOf = (kind, session, index, mode = 'ok') => [
    ...(kind === 'node' ? [process.execPath, workload('child.cjs')] : light.argv),
    ...[hub.port, session, index, ports[index], mode].map(String),
  ];

  return {
    folder,
    env,
    hub,
    peers,
    scale,
    samples,
    ports,
    light,
    record: (sample) => samples.push(sample),
    argvOf,
    marker,

    /** One supervisor with `count` children, from an empty folder to nothing left. A failure is a sample as well. */
    async session(PeerClass, { count, kind = 'node', mode = () => 'ok', restart = true, ...options }, body) {
      const session = marker();
      const place = path.join(folder, session);
      hub.open(session);
      const peer = new PeerClass(session, place);
      const services = Array.from({ length: count }, (_, index) => ({
        ...{ name: `c${index}`, index, restart, port: ports[index] },
        argv: argvOf(kind, session, index, mode(index)),
      }));
      try {
        await peer.prepare(services, options);
        return await body(peer, services);
      } catch (error) {
        samples.push({ what: 'error', peer: PeerClass.id, error: String(error.stack) });
        console.log(`  ${PeerClass.id}: ${error.message}`);
      } finally {
        await peer.shutDown().catch(() => undefined);
        await peer.cleanUp();
        await rm(place, { recursive: true, force: true });
        await delay(150);
      }
    },

    /** Children started by this process with nothing in between: the floor of the moment. Times in ms from the first spawn. */
    async bare(count, { kind = 'node', stubborn = -1 } = {}) {
      const session = marker();
      hub.open(session);
      const began = performance.now();
      const children = Array.from({ length: count }, (_, index) => {
        const [program, ...args] = argvOf(kind, session, index, index === stubborn ? 'stubborn' : 'ok');
        return spawn(program, args, { env, stdio: 'ignore' });
      });
      const up = (await hub.untilLive(count)) - began;
      const stopped = performance.now();
      for (const child of children) child.kill('SIGTERM');
      const gone = (await hub.until(() => hub.live().every(({ index }) => index === stubborn))) - stopped;
      for (const child of children) child.kill('SIGKILL');
      await hub.untilGone();
      return { up, gone };
    },

    async close() {
      hub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The workload without a runtime's start-up: in C where there is a compiler, else a shell script that does less. */
async function lightChild(folder) {
  const native = path.join(folder, 'child');
  const { code } = await run(['cc', '-O2', '-o', native, workload('child.c')], { env: process.env });
  return code === 0 ? { name: 'C', argv: [native] } : { name: 'sh', argv: ['/bin/bash', workload('child.bash')] };
}

/** The list, turned so that every round begins with another one. */
export const turned = (list, round) => [...list.slice(round % list.length), ...list.slice(0, round % list.length)];
