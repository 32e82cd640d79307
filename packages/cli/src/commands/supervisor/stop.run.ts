import type { Handler } from '../../command.ts';
import { connectSupervisor } from '../../jobs/supervise/ask.ts';
import { stopSupervisor } from '../../jobs/supervise/stop.ts';
import { supervisorOutcome } from '../../jobs/supervise/supervisor-outcome.ts';

export const run: Handler = async (context, { keep }) => {
  const connection = await connectSupervisor(context);
  const told = { action: 'stop', hello: null } as const;
  if (!connection) return supervisorOutcome(context, { ...told, message: 'No supervisor runs; nothing to do.', reports: [] });
  try {
    const reports = await connection.ask('list', {});
    await stopSupervisor(context, connection, keep ? 'keep' : 'stop');
    const message = keep
      ? 'The supervisor has ended; what it ran goes on. The next one takes it over: up -d'
      : 'The supervisor has ended, and what it ran is stopped.';
    return supervisorOutcome(context, { ...told, message, reports });
  } finally {
    connection.close();
  }
};
