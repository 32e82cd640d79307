// A home with many instances in it, set up by the real command: what benchmarks and soaks run the supervisor on.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { repoPath } from './files.mjs';
import { loadTs } from './load-ts.mjs';

const BIN = repoPath('packages/cli/bin/zero.cjs');
/** As far apart as the documents of the family ask. */
const APART = 20;
const AT_ONCE = 4;

/**
 * Makes it, and claims its ports among those that run at the same time on this machine.
 * `count` instances are named p0, p1 …; `env` is what commands are run with.
 */
export async function fleetHome({ count, env: more = {} }) {
  const { claimPortBlock } = await loadTs('packages/testkit/src/port-block.ts');
  const block = await claimPortBlock();
  const home = await mkdtemp(path.join(tmpdir(), 'polygate-fleet-'));
  // Nobody's service manager is asked.
  const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', XDG_RUNTIME_DIR: home, ...more };
  const instances = Array.from({ length: count }, (_, i) => ({
    name: `p${i}`,
    id: `zero/p${i}`,
    stateDir: path.join(home, `.zero-p${i}`),
    consoleLog: path.join(home, `.zero-p${i}`, 'logs/console.log'),
    settingsPath: path.join(home, '.config/polygate/instances/zero', `p${i}.json`),
  }));
  const command = (...args) => [process.execPath, BIN, ...args];
  const waiting = [...instances];
  let nextPort = block.first;
  await Promise.all(Array.from({ length: AT_ONCE }, setUpWaiting));
  return {
    home,
    env,
    instances,
    command,
    supervisorFolder: path.join(home, '.local/state/polygate/supervisor'),
    /** Writes Polygate's settings of an instance whole. */
    configure: ({ settingsPath }, settings) => writeFile(settingsPath, `${JSON.stringify({ version: 1, ...settings })}\n`),
    async configureSupervisor(settings) {
      await mkdir(path.join(home, '.config/polygate'), { recursive: true });
      await writeFile(path.join(home, '.config/polygate/supervisor.json'), `${JSON.stringify({ version: 1, ...settings })}\n`);
    },
    async remove() {
      await block.release();
      await rm(home, { recursive: true, force: true });
    },
  };

  /** On the first port that nobody else has; what others listen on meanwhile is refused by the command itself. */
  async function setUp(name) {
    for (;;) {
      const port = nextPort;
      nextPort += APART;
      const { code, output } = await finished(command('--profile', name, 'setup', '--port', String(port), '--json'), env);
      if (code === 0) return port;
      if (!output.includes('PORT_TAKEN')) throw new Error(`setup of ${name} ended with ${code}: ${output}`);
    }
  }

  async function setUpWaiting() {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      next.port = await setUp(next.name);
    }
  }
}

function finished([program, ...args], env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd: env.HOME, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
