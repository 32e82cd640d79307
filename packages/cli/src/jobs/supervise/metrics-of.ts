import { Problem } from '@polygate/core';
import type { Fleet } from '@polygate/supervisor';
import type { Context } from '../../context.ts';
import { readSupervisorSettings } from './supervisor-settings.ts';

/** The metrics of a fleet, loaded when somebody asks for them or a port for them is set. */
export async function metricsOf(context: Context, fleet: Fleet): Promise<{ metrics(): Promise<string>; close(): Promise<void> }> {
  const load = async () => (await import('@polygate/supervisor/metrics')).openMetrics(fleet, context.version);
  let opened: ReturnType<typeof load> | undefined;
  const metrics = async () => {
    opened ??= load();
    return (await opened).render();
  };
  const port = (await readSupervisorSettings(context))?.metricsPort;
  let stop: (() => Promise<void>) | undefined;
  if (port !== undefined) {
    opened = load();
    try {
      const { serveMetrics } = await import('@polygate/supervisor/metrics');
      stop = await serveMetrics(port, metrics);
    } catch (error) {
      // Gateways are kept running all the same.
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      const why = code === 'EADDRINUSE' ? new Problem('PORT_TAKEN', { port, holders: [] }).message : (error as Error).message;
      context.warn(`no metrics: ${why}`);
    }
  }
  return {
    metrics,
    async close() {
      await stop?.();
      (await opened)?.close();
    },
  };
}
