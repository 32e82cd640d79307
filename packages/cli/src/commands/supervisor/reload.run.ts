import { EXIT } from '@polygate/core';
import type { ReloadResult } from '@polygate/supervisor/control';
import type { Handler } from '../../command.ts';
import { withSupervisor } from '../../jobs/supervise/ask.ts';
import { supervisorOutcome } from '../../jobs/supervise/supervisor-outcome.ts';

/** Exit 1 when some settings could not be taken over. */
export const run: Handler = (context) =>
  withSupervisor(context, async (connection) => {
    const reloaded = await connection.ask('reload', {});
    const { hello } = connection;
    const reports = await connection.ask('list', {});
    const outcome = supervisorOutcome(context, { action: 'reload', message: reloadText(reloaded), hello, reports, reloaded });
    return reloaded.refused.length > 0 ? { ...outcome, exitCode: EXIT.failed } : outcome;
  });

function reloadText({ added, removed, restarted, adjusted, refused }: ReloadResult): string {
  const lines = Object.entries({ 'taken up': added, 'let go': removed, restarted, 'has other settings': adjusted }).flatMap(
    ([what, ids]) => ids.map((id) => `${id}: ${what}`),
  );
  const bad = refused.map(({ id, reason }) => `${id} goes on as it was: ${reason}`);
  return lines.length + bad.length === 0 ? 'Nothing has changed.' : [...lines, ...bad].join('\n');
}
