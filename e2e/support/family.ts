import { existsSync } from 'node:fs';
import { type Finished, privateNetwork, type Running, runCommand, startCommand, whyNoNetwork } from '@polygate/testkit';
import { expect } from 'vitest';
import { afterTest, newWorld, type World } from './world.ts';

/** Why lines of the documents cannot run here: they name fixed ports, which only a network of its own has free. */
export const whyNoFamily: string | undefined = whyNoNetwork();

/** This machine runs systemd: what happens without one cannot be shown, and nobody's services are to be touched. */
export const hasSystemd: boolean = existsSync('/run/systemd/system');

/** A shell with a product's own command on PATH, a home of its own, and a network in which every port is free. */
export interface FamilyShell {
  world: World;
  /** Runs a line as it is typed, to its end. */
  type(line: string): Promise<Finished>;
  /** The same for a line that stays in the foreground, once it listens on this port. */
  serve(line: string, port: number): Promise<Running>;
}

/** Makes the product's command with `link`, as its user would. */
export async function familyShell(product: string): Promise<FamilyShell> {
  const world = await newWorld();
  const network = await privateNetwork();
  afterTest(() => network.release());
  const { POLYGATE_FIRST_PORT: _, ...env } = world.env;
  const options = { env: { ...env, PATH: `${world.at('.local/bin')}:${env.PATH}` }, cwd: world.home };
  const linked = await world.polygate('link', product);
  expect(linked.code, linked.stderr).toBe(0);
  afterTest(() => runCommand(network.inside(world.command('down')), options));
  const shell = (line: string) => network.inside(['sh', '-c', line]);
  return {
    world,
    type: (line) => runCommand(shell(line), options),
    serve: async (line, port) => {
      const running = startCommand(shell(line), { ...options, group: true });
      afterTest(() => running.stop());
      await running.readUntil(new RegExp(`listening on ws://127\\.0\\.0\\.1:${port} `));
      return running;
    },
  };
}

/** What `gateway install` comes to on a host without a service manager: one sentence, and Polygate's own supervisor keeps it. */
export function expectOwnSupervisor({ code, stdout, stderr }: Finished): void {
  expect(stderr).toContain("Polygate's own supervisor takes its place.");
  expect(stdout).toMatch(/is installed/);
  expect(code, stderr).toBe(0);
}
