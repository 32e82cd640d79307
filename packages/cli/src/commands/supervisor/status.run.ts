import { EXIT } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { connectSupervisor, placeOf } from '../../jobs/supervise/ask.ts';
import { span } from '../../jobs/supervise/rows.ts';
import { supervisorOutcome } from '../../jobs/supervise/supervisor-outcome.ts';

export const run: Handler = async (context) => {
  const connection = await connectSupervisor(context);
  if (!connection) {
    const message = `No supervisor runs. Start one with: ${context.commandLine} up -d`;
    return { ...supervisorOutcome(context, { action: 'status', message, hello: null, reports: [] }), exitCode: EXIT.notRunning };
  }
  try {
    const { hello } = connection;
    const reports = await connection.ask('list', {});
    const ready = reports.filter((report) => report.ready.value).length;
    const since = span(context.host.clock.now() - Date.parse(hello.startedAt));
    const message = `The supervisor runs (pid ${hello.pid}, polygate ${hello.version}, up ${since}): ${ready} of ${reports.length} ready.\nSocket: ${placeOf(context).socket}`;
    return supervisorOutcome(context, { action: 'status', message, hello, reports });
  } finally {
    connection.close();
  }
};
