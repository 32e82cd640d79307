import { type Instance, Problem } from '@polygate/core';
import type { Listener } from '@polygate/host';
import type { Context } from '../context.ts';
import { endProcess } from './end-process.ts';
import { isGateway } from './is-gateway.ts';

const RELEASE_MS = 2_000;
const POLL_MS = 20;

/**
 * Ends what listens on an instance's port: SIGTERM, a bounded wait, SIGKILL; whom it ended is said. Without `any` only a
 * listener that speaks the family's protocol. @throws Problem PORT_HELD_BY_STRANGER or PORT_TAKEN
 */
export async function clearPort(context: Context, { port }: Instance, force: 'gateway' | 'any'): Promise<void> {
  const { net, processes } = context.host;
  const holders = (await net.listeners(port.value)) ?? [];
  if (holders.length === 0) return;
  if (force === 'gateway' && !(await isGateway(port.value)))
    throw new Problem('PORT_HELD_BY_STRANGER', { port: port.value, holders });
  for (const holder of uniquePids(holders)) {
    const info = await processes.info(holder);
    if (!info) continue;
    context.progress(`--force: ending pid ${holder} (${info.command}), which listens on port ${port.value}`);
    await endProcess(context.host, info, { tell: (line) => context.progress(`--force: ${line}`) });
  }
  const left = await untilFree(context, port.value);
  if (left.length > 0) throw new Problem('PORT_TAKEN', { port: port.value, holders: left });
}

/** Who still listens after a while: the system closes the sockets of a killed process a moment after the process is gone. */
async function untilFree({ host: { net, clock } }: Context, port: number): Promise<Listener[]> {
  const end = clock.now() + RELEASE_MS;
  for (;;) {
    const left = (await net.listeners(port)) ?? [];
    if (left.length === 0 || clock.now() >= end) return left;
    await clock.sleep(POLL_MS);
  }
}

/** Every holder must be known: ending one of two would leave the port taken and a process dead. */
function uniquePids(holders: readonly Listener[]): number[] {
  const [first] = holders;
  if (holders.some(({ pid }) => pid === undefined))
    throw new Problem('PORT_TAKEN', { port: first?.port ?? 0, holders: [...holders] });
  return [...new Set(holders.map(({ pid }) => pid as number))];
}
