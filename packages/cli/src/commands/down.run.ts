import type { Handler, Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { connectSupervisor } from '../jobs/supervise/ask.ts';
import { changeOutcome } from '../jobs/supervise/change.ts';
import { idsAmong, parseNames } from '../jobs/supervise/names.ts';
import { stopSupervisor } from '../jobs/supervise/stop.ts';

export const run: Handler = async (context, _options, names) => {
  const named = await parseNames(context, names);
  const connection = await connectSupervisor(context);
  if (!connection)
    return withoutSupervisor(
      context,
      named.map(({ id }) => id),
    );
  try {
    const reports = await connection.ask('list', {});
    if (named.length === 0) {
      await stopSupervisor(context, connection, 'stop');
      const ran = reports.filter(({ up }) => up.value).length;
      return changeOutcome(context, { action: 'down', message: `The supervisor and ${count(ran)} are stopped.`, reports: [] });
    }
    const ids = idsAmong(
      named,
      reports.map(({ id }) => id),
    );
    const running = new Set(reports.filter(({ up, wanted }) => up.value || wanted.value).map(({ id }) => id));
    await connection.ask('stop', { ids });
    const after = (await connection.ask('list', {})).filter(({ id }) => ids.includes(id));
    const message = ids.map((id) => (running.has(id) ? `${id} is stopped.` : `${id} is not running; nothing to do.`)).join('\n');
    return changeOutcome(context, { action: 'down', message, reports: after, hello: connection.hello });
  } finally {
    connection.close();
  }
};

/** What a supervisor left running that was killed, or told to keep it, is still its to stop. */
async function withoutSupervisor(context: Context, ids: string[]): Promise<Outcome> {
  const { endLeftovers } = await import('../jobs/supervise/leftovers.ts');
  const ended = await endLeftovers(context, ids.length > 0 ? ids : undefined);
  const message =
    ended.length > 0
      ? `No supervisor runs; what it had left running is stopped: ${ended.join(', ')}.`
      : 'No supervisor runs; nothing to do.';
  return changeOutcome(context, { action: 'down', message, reports: [] });
}

const count = (n: number) => (n === 1 ? '1 instance' : `${n} instances`);
