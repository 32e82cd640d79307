import { createServer } from 'node:net';
import path from 'node:path';
import { claimPortBlock, type Running, startCommand } from '@polygate/testkit';
import { afterTest, ROOT } from './world.ts';

/** The command line of one of the programs in fixtures/programs. */
export function fixtureProgram(name: string): string[] {
  const file = path.join(ROOT, 'fixtures/programs', name);
  return name.endsWith('.sh') ? ['/bin/sh', file] : [process.execPath, file];
}

/** Starts one in a group of its own, on a port that is nobody's; what is left of it ends with the test. */
export async function startProgram(
  name: string,
  env: Record<string, string> = {},
  given?: number,
): Promise<{ running: Running; port: number }> {
  const port = given ?? (await freePort());
  const running = startCommand([...fixtureProgram(name), '--port', String(port)], {
    env: { PATH: process.env.PATH ?? '', ...env },
    group: true,
  });
  afterTest(async () => {
    endGroup(running.pid);
    await running.exited;
  });
  return { running, port };
}

/** A port of a block of this test's own that nothing listens on, whoever left something behind there. */
export async function freePort(): Promise<number> {
  const block = await claimPortBlock();
  afterTest(() => block.release());
  for (let port = block.first; ; port += 1) if (await isFree(port)) return port;
}

/** Ends what is left of a process group that a test started. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}

/** This process could listen there now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
