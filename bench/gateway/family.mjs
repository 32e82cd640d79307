// A gateway of the family as npm has it, in a home of its own, where the peers of e2e:family are installed.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { repoPath } from '../../scripts/lib/files.mjs';
import { exists } from '../../scripts/lib/npm-node.mjs';
import { ensurePeer, PEERS } from '../../scripts/lib/peers.mjs';
import { client } from './clients.mjs';

/** The one that speaks protocol 3, as ours does. */
const PEER = 'clawdbot-2026.1.24-3';
const START_MS = 180_000;

/** Runs it until `stop`; undefined where it is not installed. `ms`: from the start to the first hello. */
export async function familyGateway(token) {
  if (!(await exists(repoPath('node_modules/.polygate-peers', PEER, '.done')))) return undefined;
  const { node, entry } = await ensurePeer(PEER);
  const { name, version } = PEERS[PEER];
  const home = await mkdtemp(path.join(tmpdir(), 'polygate-family-'));
  const port = await freePort();
  const args = ['gateway', '--port', String(port), '--bind', 'loopback', '--token', token, '--allow-unconfigured'];
  const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', CLAWDBOT_SKIP_CHANNELS: '1' };
  const began = performance.now();
  const child = spawn(node, [entry, ...args], { env, cwd: home, stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    const forced = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(forced);
    await rm(home, { recursive: true, force: true });
  };
  try {
    (await firstHello(child, port, token)).terminate();
    return { name: `${name} ${version}`, port, ms: performance.now() - began, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function firstHello(child, port, token) {
  for (const end = performance.now() + START_MS; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    try {
      return await client(port, token);
    } catch (error) {
      if (child.exitCode !== null || performance.now() > end) throw error;
    }
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
