import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf, processesOf } from './marked-processes.ts';
import { afterTest, newWorld, ROOT, type World } from './world.ts';

const AT_ONCE = 4;
/** As far apart as the documents ask. */
const APART = 20;
const SETTLE_MS = 120_000;

interface PsRow {
  id: string;
  pid: number | null;
  verdict: string;
  supervised: { adopted: boolean; ready: { value: boolean } };
}
interface Ps {
  supervisor: { pid: number } | null;
  instances: PsRow[];
}

/** Many small instances under one supervisor, in a world of their own. */
export interface Fleet {
  world: World;
  ids: readonly string[];
  /** `up -d` of all. */
  up(): Promise<void>;
  ps(): Promise<Ps>;
  /** Waits until every one is ready, and gives what `ps` says then. */
  allReady(): Promise<Ps & { supervisor: { pid: number } }>;
  /** Live children by instance, as the system shows them. */
  children(): Map<string, number[]>;
  /** SIGKILLs the supervisor, and waits until it is gone. */
  killSupervisor(pid: number): Promise<void>;
}

/** Sets so many up; each runs a small server of its own, ready when its port can be connected to. Ends with the test. */
export async function newFleet(count: number): Promise<Fleet> {
  const world = await newWorld();
  const folder = world.at('.local/state/polygate/supervisor');
  const names = Array.from({ length: count }, (_, i) => `p${i}`);
  afterTest(() => endAll(world, folder));
  const waiting = [...names];
  let nextPort = world.firstPort;
  /** Its port: the first that nobody else has. What a stranger listens on, the command itself refuses. */
  const setUpOne = async (name: string): Promise<number> => {
    for (;;) {
      const port = nextPort;
      nextPort += APART;
      const { code, stdout } = await world.zero('--profile', name, 'setup', '--port', String(port), '--json');
      if (code === 0) return port;
      if (!stdout.includes('PORT_TAKEN')) throw new Error(`setup of ${name}: ${stdout}`);
    }
  };
  const setUp = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const port = await setUpOne(name);
      const command = [process.execPath, path.join(ROOT, 'e2e/support/fleet-child.cjs'), String(port)];
      const probes = { startup: { kind: 'tcp' }, readiness: { kind: 'tcp' }, liveness: false };
      // Started again at once: the moment in which a child is there and nobody wrote it down is to be met.
      const settings = { version: 1, program: { command }, probes, restart: { steadySeconds: 0, loopDeaths: 1000 } };
      await writeFile(world.at(`.config/polygate/instances/zero/${name}.json`), JSON.stringify(settings));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, setUp));
  const ps = async () => (await world.polygate('ps', '--json')).json<Ps>();
  return {
    world,
    ids: names.map((name) => `zero/${name}`),
    ps,
    children: () => childrenOf(folder),
    async up() {
      const { code, stdout, stderr } = await world.zero('up', '-d', ...names, '--json');
      if (code !== 0) throw new Error(`up -d ended with ${code}\n${stdout}\n${stderr}`);
    },
    async allReady() {
      const end = Date.now() + SETTLE_MS;
      for (;;) {
        const seen = await ps();
        const late = seen.instances.filter(({ supervised }) => !supervised.ready.value);
        const { supervisor, instances } = seen;
        if (supervisor && instances.length === count && late.length === 0) return { ...seen, supervisor };
        if (Date.now() > end) throw new Error(`not ready: ${JSON.stringify(late, undefined, 1)}`);
        await delay(100);
      }
    },
    async killSupervisor(pid) {
      process.kill(pid, 'SIGKILL');
      await goneOf(pid);
    },
  };
}

async function goneOf(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(5);
  }
}

/** Whatever the test left: the supervisor, which would start them again, and then every process with its mark. */
async function endAll(world: World, folder: string): Promise<void> {
  await world.zero('down');
  for (const { pid } of processesOf(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
}
