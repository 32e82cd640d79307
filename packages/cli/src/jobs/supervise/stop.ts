import type { ControlConnection } from '@polygate/supervisor/control';
import type { Context } from '../../context.ts';

const POLL_MS = 20;
/** After it has let go of its connections it only gives its lock back. */
const GONE_MS = 10_000;

/** Ends a supervisor and waits until its process is gone: what follows finds the place free. */
export async function stopSupervisor({ host }: Context, connection: ControlConnection, children: 'stop' | 'keep'): Promise<void> {
  const { pid } = connection.hello;
  const stamp = (await host.processes.info(pid))?.stamp;
  await connection.ask('shutdown', { children });
  await connection.closed;
  const end = host.clock.now() + GONE_MS;
  while (stamp !== undefined && (await host.processes.info(pid))?.stamp === stamp && host.clock.now() < end) {
    await host.clock.sleep(POLL_MS);
  }
}
