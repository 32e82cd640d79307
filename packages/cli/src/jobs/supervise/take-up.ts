import type { LeftOutInstance } from '@polygate/core';
import type { ControlConnection } from '@polygate/supervisor/control';
import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { changeOutcome } from './change.ts';
import type { DetachOptions } from './detach.ts';
import { exitOfAll } from './exit-of.ts';
import { stoppedByName } from './last-state.ts';
import type { Launched } from './launched.ts';
import { select } from './select.ts';
import { untilSettled } from './settled.ts';
import { nothingToRun, specified } from './specified.ts';

interface Chosen {
  ids: string[];
  leftOut: LeftOutInstance[];
}

/** Has the supervisor that runs look after more. */
export async function takeUp(context: Context, connection: ControlConnection, options: DetachOptions): Promise<Outcome> {
  return ask(context, connection, options, {
    who: 'The supervisor that runs',
    choose: async () => {
      const reports = await connection.ask('list', {});
      // Its own gateways run already, and that is no reason against them.
      const known = new Set(reports.map(({ id }) => id));
      const stopped = new Set(reports.filter(({ wanted }) => !wanted.value).map(({ id }) => id));
      const { chosen, named, leftOut } = await select(context, options.names, stopped, known);
      return { ids: options.names.length > 0 ? named : chosen.map(({ instance }) => instance.id), leftOut };
    },
  });
}

/** Has one begin that was launched for it, once nothing is found wrong: what it would say, nobody reads. */
export async function startUp(context: Context, launched: Launched, options: DetachOptions): Promise<Outcome> {
  let chosen: Chosen;
  try {
    chosen = await chooseFirst(context, options.names);
  } catch (error) {
    await launched.dismiss();
    throw error;
  }
  const connection = await launched.begin();
  // Asked of one that was just started, too: of two at once the other may have been faster.
  return ask(context, connection, options, { who: 'A supervisor', choose: async () => chosen });
}

interface Asked {
  who: string;
  choose(): Promise<Chosen>;
}

async function ask(
  context: Context,
  connection: ControlConnection,
  { wait, timeoutMs }: DetachOptions,
  { who, choose }: Asked,
): Promise<Outcome> {
  try {
    const { ids, leftOut } = await choose();
    await connection.ask('start', { ids });
    const reports = wait
      ? await untilSettled(connection, ids, timeoutMs)
      : (await connection.ask('list', {})).filter(({ id }) => ids.includes(id));
    const { hello } = connection;
    const message = `${who} (pid ${hello.pid}) looks after ${count(ids.length)}.`;
    const outcome = changeOutcome(context, { action: 'up', message, reports, hello, leftOut });
    return wait ? { ...outcome, exitCode: exitOfAll(reports) } : outcome;
  } finally {
    connection.close();
  }
}

/** @throws Problem NOTHING_TO_RUN, and what is wrong with one that was named */
async function chooseFirst(context: Context, names: readonly string[]): Promise<Chosen> {
  // Read in both cases: one that a newer release wrote is to be told here.
  const stopped = await stoppedByName(context);
  const { specs, named, leftOut } = await specified(context, await select(context, names, stopped), names);
  if (specs.length === 0) throw nothingToRun(leftOut);
  return { ids: names.length > 0 ? named : specs.map(({ id }) => id), leftOut };
}

const count = (n: number) => (n === 1 ? '1 instance' : `${n} instances`);
