import { EXIT, type ExitCode, isProblem } from '@polygate/core';
import { serviceNotifier } from '@polygate/host/service-notifier';
import { refuseTooLong } from '@polygate/supervisor/control';
import type { Context } from '../../context.ts';
import { surviveLostOutput } from '../../output/stdout.ts';
import { placeOf } from './ask.ts';
import { asSupervisor } from './hold.ts';
import { inherit } from './inherit.ts';
import { specsOf } from './specs.ts';
import { DETACHED, type Succession, successionOf } from './succession.ts';
import { type Around, type SuperviseOptions, type Taken, term } from './term.ts';
import { wordOf } from './word.ts';

/**
 * Runs instances until it is told to end, and looks after them as their settings say. Where a successor takes its place, it
 * ends; when that one does not come up, it goes on.
 */
export async function superviseHere(context: Context, options: SuperviseOptions): Promise<ExitCode> {
  const { host } = context;
  refuseTooLong(placeOf(context), host.platform);
  const succession = successionOf(process.env);
  const word = wordOf(process.env);
  const notifier = serviceNotifier(host, process.env, { succeeds: succession !== undefined });
  surviveLostOutput();
  try {
    if (succession) await prepare(context, succession);
    return await hold(context, options, { notifier, succession, word });
  } catch (error) {
    succession?.failed((error as Error).message);
    throw error;
  }
}

/** One term after the other: all but the first follow a successor that did not come up. */
async function hold(
  context: Context,
  options: SuperviseOptions,
  { succession, ...around }: Around & { succession: Succession | undefined },
): Promise<ExitCode> {
  let taken: Taken = { heritage: succession, succession, notRenewed: undefined };
  for (;;) {
    const now = taken;
    const ended = await asSupervisor(context, options.names, () => term(context, options, { ...now, ...around }), {
      succeeds: now.heritage !== undefined,
    });
    if (!ended.heir) return ended.code;
    try {
      await ended.heir.takeOver();
    } catch (error) {
      if (!isProblem(error, 'SUPERVISOR_NOT_RENEWED')) throw error;
      context.warn(error.message);
      taken = { heritage: ended.heritage, succession: undefined, notRenewed: error.params.reason };
      continue;
    }
    // systemd knows the successor already, and nobody waits for a detached one.
    if (!around.notifier && process.env[DETACHED] === undefined) return ended.heir.outlive();
    ended.heir.letGo();
    return EXIT.ok;
  }
}

/** Everything that can be wrong is found while the other one still looks after them. */
async function prepare(context: Context, succession: Succession): Promise<void> {
  const { refused } = await specsOf(context, (await inherit(context, succession)).chosen);
  if (refused[0]) throw refused[0].problem;
  await succession.prepared();
}
