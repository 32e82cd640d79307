import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterTest, newWorld, type World } from './world.ts';

export interface Row {
  id: string;
  verdict: string;
  pid: number | null;
  reason: string | null;
  supervised: {
    state: string;
    wanted: { value: boolean };
    restarts: number;
    adopted: boolean;
    deaths: { code: number | null; signal: string | null }[];
  };
}
export interface Ps {
  supervisor: { pid: number } | null;
  instances: Row[];
}

/** A world with these profiles set up; whatever supervisor it has is ended with it. */
export async function worldOf(...profiles: string[]): Promise<World> {
  const world = await newWorld();
  for (const profile of profiles) await world.zero('--profile', profile, 'setup');
  endWith(world);
  return world;
}

export function endWith(world: World): void {
  afterTest(async () => {
    if (existsSync(world.home)) await world.run(world.command('down'));
  });
}

export const supervisorFile = (world: World, name: string): string => world.at('.local/state/polygate/supervisor', name);

export async function ps(world: World): Promise<Ps> {
  return (await world.zero('ps', '--json')).json<Ps>();
}

/** A row of `ps`. */
export async function psOf(world: World, id: string): Promise<Row> {
  const { instances } = await ps(world);
  const found = instances.find((one) => one.id === id);
  if (!found) throw new Error(`${id} is not among ${instances.map((one) => one.id).join(', ')}`);
  return found;
}

/** Changes Polygate's settings of an instance in place of what is there, as an editor does. `name`: a profile, or product/profile. */
export async function settings(world: World, name: string, change: Record<string, unknown>): Promise<void> {
  const file = world.at('.config/polygate/instances', `${name.includes('/') ? name : `zero/${name}`}.json`);
  await mkdir(path.dirname(file), { recursive: true });
  const before = JSON.parse(await readFile(file, 'utf8').catch(() => '{"version":1}')) as object;
  await writeFile(file, JSON.stringify({ ...before, ...change }));
}

/** Runs a line of shell as the gateway of an instance. */
export const program = (line: string): Record<string, unknown> => ({ program: { command: ['/bin/sh', '-c', line] } });

export const isUp = async (port: number): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined))?.status === 200;
