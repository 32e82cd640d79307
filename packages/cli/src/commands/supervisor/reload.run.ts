import { realpathSync, statSync } from 'node:fs';
import { EXIT } from '@polygate/core';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import type { ControlConnection, Hello, ReloadResult } from '@polygate/supervisor/control';
import type { Handler, Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { launchOf } from '../../jobs/launch.ts';
import { connectSupervisor, withSupervisor } from '../../jobs/supervise/ask.ts';
import { supervisorOutcome } from '../../jobs/supervise/supervisor-outcome.ts';

/** For the successor to take all of them on, and for the one before to come back when it does not. */
const HAND_OVER_MS = 90_000;
const POLL_MS = 25;

/** Exit 1 when some settings could not be taken over. */
export const run: Handler = (context, { renew }) =>
  withSupervisor(context, async (connection) => {
    const { hello } = connection;
    if (renew || isOlder(context, hello)) return renewed(context, connection);
    const reloaded = await connection.ask('reload', {});
    const reports = await connection.ask('list', {});
    const outcome = supervisorOutcome(context, { action: 'reload', message: reloadText(reloaded), hello, reports, reloaded });
    return reloaded.refused.length > 0 ? { ...outcome, exitCode: EXIT.failed } : outcome;
  });

/** The code that runs is not that of this command: it was started before this one came onto the disk. */
function isOlder(context: Context, { version, startedAt }: Hello): boolean {
  const { node } = launchOf(context);
  // Not when they were written: packages come with the times of their makers.
  const arrived = [node, process.argv[1] ?? ''].map((file) => statSync(realpathSync(file)).ctimeMs);
  return version !== context.version || Math.max(...arrived) > Date.parse(startedAt);
}

/** Another process takes over all that runs, with the code and the settings that are on the disk now. */
async function renewed(context: Context, connection: ControlConnection): Promise<Outcome> {
  const { clock } = context.host;
  const before = connection.hello;
  await connection.ask('renew', {});
  await connection.closed;
  for (const end = clock.now() + HAND_OVER_MS; ; ) {
    const now = await connectSupervisor(context);
    if (now) {
      const { hello } = now;
      const reports = await now.ask('list', {}).finally(() => now.close());
      if (hello.pid === before.pid)
        throw supervisorProblem('SUPERVISOR_NOT_RENEWED', { reason: hello.notRenewed ?? 'it ended without a word' });
      const message = `The supervisor is renewed (pid ${hello.pid}, before ${before.pid}; polygate ${hello.version}), and took ${reports.length} over.`;
      return supervisorOutcome(context, { action: 'reload', message, hello, reports });
    }
    if (clock.now() >= end) throw supervisorProblem('SUPERVISOR_NOT_RENEWED', { reason: 'nobody has taken the place' });
    await clock.sleep(POLL_MS);
  }
}

function reloadText({ added, removed, restarted, adjusted, refused }: ReloadResult): string {
  const lines = Object.entries({ 'taken up': added, 'let go': removed, restarted, 'has other settings': adjusted }).flatMap(
    ([what, ids]) => ids.map((id) => `${id}: ${what}`),
  );
  const bad = refused.map(({ id, reason }) => `${id} goes on as it was: ${reason}`);
  return lines.length + bad.length === 0 ? 'Nothing has changed.' : [...lines, ...bad].join('\n');
}
