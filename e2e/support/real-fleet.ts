import { readFile, writeFile } from 'node:fs/promises';
import { type Finished, type PrivateNetwork, privateNetwork, runCommand } from '@polygate/testkit';
import { expect } from 'vitest';
import { peer } from './peers.ts';
import { finishedAsPublished } from './schemas.ts';
import type { Ps, Row } from './supervised.ts';
import { afterTest, newWorld, ROOT, type World } from './world.ts';

/** Which real gateway runs for a product. No package of Moltbot exists but a placeholder: its pack runs the program of Clawdbot. */
export const PEER_OF: Record<string, string> = {
  clawdbot: 'clawdbot-2026.1.24-3',
  moltbot: 'clawdbot-2026.1.24-3',
  openclaw: 'openclaw-2026.9.6',
};

/** What its channels, its browser and its announcements would look for is switched off: nothing leaves this machine. */
const OFF = [
  'SKIP_CHANNELS',
  'SKIP_BROWSER_CONTROL_SERVER',
  'SKIP_CANVAS_HOST',
  'SKIP_GMAIL_WATCHER',
  'SKIP_CRON',
  'DISABLE_BONJOUR',
];

/** Probes that find out soon what is wrong, and stops that do not wait long. */
export const QUICK = {
  probes: { liveness: { periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 3 } },
  stop: { timeoutSeconds: 5 },
  restart: { firstDelaySeconds: 0.2 },
};

/** Real gateways and ours, set up by Polygate on one host, in a network with loopback only. */
export interface RealFleet {
  world: World;
  network: PrivateNetwork;
  polygate(...args: string[]): Promise<Finished>;
  /** A command about one instance, `product/profile`. */
  of(id: string, ...args: string[]): Promise<Finished>;
  ps(): Promise<Ps>;
  row(id: string): Promise<Row>;
  instance(id: string): { port: number; stateDir: string; configPath: string; token: string };
  /** Changes Polygate's own settings of an instance. */
  settings(id: string, change: Record<string, unknown>): Promise<void>;
  /** `up -d --wait`, with time for first starts. */
  up(...ids: string[]): Promise<Finished>;
}

const parts = (id: string): [string, string] => id.split('/') as [string, string];

/** The command line of the real gateway of a product. */
export function programOf(product: string): string {
  const { node, entry } = peer(PEER_OF[product] as string);
  return `${node} ${entry} gateway`;
}

export async function realFleet(...ids: string[]): Promise<RealFleet> {
  const world = await newWorld({ POLYGATE_FIRST_PORT: '18789' });
  const network = await privateNetwork();
  afterTest(() => network.release());
  const run = async (args: string[], timeoutMs = 1_200_000) => {
    const argv = network.inside([process.execPath, `${ROOT}/packages/cli/bin/polygate.cjs`, ...args]);
    return finishedAsPublished(args, await runCommand(argv, { env: world.env, cwd: world.home, timeoutMs }));
  };
  afterTest(() => run(['down']));
  const instances = new Map<string, ReturnType<RealFleet['instance']>>();
  const settings = async (id: string, change: Record<string, unknown>) => {
    const file = world.at('.config/polygate/instances', `${id}.json`);
    const before = JSON.parse(await readFile(file, 'utf8')) as { program?: object };
    await writeFile(file, JSON.stringify({ ...before, ...change }));
  };
  const of = (id: string, ...args: string[]) => {
    const [product, profile] = parts(id);
    return run(['--product', product, '--profile', profile, ...args]);
  };
  const ps = async () => (await run(['ps', '--json'])).json<Ps>();
  for (const id of ids) {
    const [product] = parts(id);
    const isReal = product in PEER_OF;
    const program = isReal ? ['--program', programOf(product)] : [];
    const made = await of(id, 'onboard', '--non-interactive', '--accept-risk', '--json', ...program);
    expect(made.code, made.stdout + made.stderr).toBe(0);
    const { stateDir, configPath, ports } = made.json<{
      instance: { stateDir: string; configPath: string; ports: { gateway: number } };
    }>().instance;
    const { gateway } = JSON.parse(await readFile(configPath, 'utf8')) as { gateway: { auth: { token: string } } };
    instances.set(id, { port: ports.gateway, stateDir, configPath, token: gateway.auth.token });
    if (!isReal) continue;
    const prefix = product === 'openclaw' ? 'OPENCLAW_' : 'CLAWDBOT_';
    const environment = Object.fromEntries(OFF.map((name) => [prefix + name, '1']));
    await settings(id, { ...QUICK, program: { command: programOf(product).split(' '), environment } });
  }
  return {
    ...{ world, network, of, ps, settings },
    polygate: (...args) => run(args),
    row: async (id) => {
      const found = (await ps()).instances.find((one) => one.id === id);
      if (!found) throw new Error(`${id} is not looked after`);
      return found;
    },
    instance: (id) => instances.get(id) as ReturnType<RealFleet['instance']>,
    up: (...names) => run(['up', ...names, '-d', '--wait', '--timeout', '400000', '--json']),
  };
}

/** All processes that carry this text in the environment that they were started with: what a gateway left somewhere is among them. */
export async function processesWith(text: string): Promise<number[]> {
  const { readdir } = await import('node:fs/promises');
  const found = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid) => {
        const env = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
        return `\0${env}`.includes(`\0${text}\0`) ? [Number(pid)] : [];
      }),
  );
  return found.flat();
}
