import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { parseNames } from './names.ts';
import { giveWayToInit } from './pid-one.ts';
import { superviseHere } from './run.ts';

export interface HereOptions {
  names: readonly string[];
  once: boolean;
  restart: boolean;
  exitCodeFrom: string | undefined;
}

/** Runs instances as this process, until it is told to end. */
export async function upHere(context: Context, { names, once, restart, exitCodeFrom: source }: HereOptions): Promise<Outcome> {
  const named = await parseNames(context, names);
  giveWayToInit(context);
  const [from] = source === undefined ? [] : await parseNames(context, [source]);
  const exitCode = await superviseHere(context, {
    ...{ names: named.map(({ id }) => id), once, restart },
    exitCodeFrom: from?.id,
  });
  return { exitCode };
}
