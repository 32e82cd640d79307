import { isProblem } from '@polygate/core';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import type { Context } from '../../context.ts';
import { connectSupervisor, placeOf } from './ask.ts';
import { parseNames, refuseUnknown } from './names.ts';

/** One that ends has so long to give the place up: `supervisor stop` and `up` one after the other. */
const WAIT_MS = 3_000;

/**
 * Runs `body` as the one supervisor of this account: the lock is held as long, so of two at once one is refused.
 * @throws Problem SUPERVISOR_RUNNING with its pid
 */
export async function asSupervisor<T>(
  context: Context,
  names: readonly string[],
  body: () => Promise<T>,
  { succeeds = false }: { succeeds?: boolean } = {},
): Promise<T> {
  const { files, locks } = context.host;
  const place = placeOf(context);
  // The one before may still be giving its place up.
  if (!succeeds) await refuseSecond(context, names);
  await files.makeDir(place.folder, 0o700);
  await files.setMode(place.folder, 0o700);
  let entered = false;
  try {
    return await locks.hold(
      place.lock,
      'the supervisor',
      () => {
        entered = true;
        return body();
      },
      WAIT_MS,
    );
  } catch (error) {
    if (entered || !isProblem(error, 'LOCK_HELD')) throw error;
    throw supervisorProblem('SUPERVISOR_RUNNING', { pid: error.params.pid ?? null, names }, { cause: error });
  }
}

/** @throws Problem SUPERVISOR_RUNNING; or PROFILE_UNKNOWN, which asking the one that runs would not help */
async function refuseSecond(context: Context, names: readonly string[]): Promise<void> {
  const other = await connectSupervisor(context);
  if (!other) return;
  other.close();
  await refuseUnknown(context, await parseNames(context, names));
  throw supervisorProblem('SUPERVISOR_RUNNING', { pid: other.hello.pid, names });
}
