import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { parseNames } from './names.ts';
import { giveWayToInit } from './pid-one.ts';
import { superviseHere } from './run.ts';
import type { SuperviseOptions } from './term.ts';

/** Runs instances as this process, until it is told to end. The names in the options are as they were typed. */
export async function upHere(context: Context, options: SuperviseOptions): Promise<Outcome> {
  const { names, exitCodeFrom: source } = options;
  const named = await parseNames(context, names);
  giveWayToInit(context);
  const [from] = source === undefined ? [] : await parseNames(context, [source]);
  const exitCode = await superviseHere(context, { ...options, names: named.map(({ id }) => id), exitCodeFrom: from?.id });
  return { exitCode };
}
