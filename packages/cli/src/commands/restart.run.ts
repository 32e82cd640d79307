import type { Handler } from '../command.ts';
import { numberOption } from '../jobs/number-option.ts';
import { withSupervisor } from '../jobs/supervise/ask.ts';
import { changeOutcome } from '../jobs/supervise/change.ts';
import { exitOfAll } from '../jobs/supervise/exit-of.ts';
import { idsAmong, parseNames } from '../jobs/supervise/names.ts';
import { DEFAULT_WAIT_MS, untilSettled } from '../jobs/supervise/settled.ts';

export const run: Handler = async (context, options, names) => {
  const named = await parseNames(context, names);
  const timeoutMs = numberOption('--timeout', options.timeout, DEFAULT_WAIT_MS);
  return withSupervisor(context, async (connection) => {
    const reports = await connection.ask('list', {});
    const wanted = reports.filter((report) => report.wanted.value).map(({ id }) => id);
    const ids =
      named.length > 0
        ? idsAmong(
            named,
            reports.map(({ id }) => id),
          )
        : wanted;
    await connection.ask('restart', { ids, rolling: options.rolling === true });
    const after = options.wait
      ? await untilSettled(connection, ids, timeoutMs)
      : (await connection.ask('list', {})).filter(({ id }) => ids.includes(id));
    const message =
      ids.length === 0
        ? 'Nothing is to run; nothing to do.'
        : `${options.wait || options.rolling ? 'Restarted' : 'Restarting'}: ${ids.join(', ')}.`;
    const outcome = changeOutcome(context, { action: 'restart', message, reports: after, hello: connection.hello });
    return options.wait ? { ...outcome, exitCode: exitOfAll(after) } : outcome;
  });
};
