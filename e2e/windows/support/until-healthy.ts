import { setTimeout as delay } from 'node:timers/promises';
import type { WindowsWorld } from './world.ts';

/** Asks until the gateway of a profile is healthy, and no more the process `not`; gives its pid. */
export async function untilHealthy(world: WindowsWorld, profile: string, not?: number): Promise<number> {
  for (const end = Date.now() + 180_000; ; await delay(250)) {
    const said = await world.zero('--profile', profile, 'gateway', 'status', '--json');
    const { verdict, process } = said.json<{ verdict: string; process: { pid: number } | null }>();
    if (verdict === 'healthy' && process && process.pid !== not) return process.pid;
    if (Date.now() > end) throw new Error(`it is ${verdict}:\n${said.stdout}`);
  }
}
