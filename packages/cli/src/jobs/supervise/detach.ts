import { refuseTooLong } from '@polygate/supervisor/control';
import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { connectSupervisor, placeOf } from './ask.ts';
import { launch } from './launched.ts';
import { parseNames, refuseUnknown } from './names.ts';

export interface DetachOptions {
  names: readonly string[];
  restart: boolean;
  wait: boolean;
  timeoutMs: number;
}

/**
 * Has instances run in the background: by the supervisor that runs, or by one that is started for it. That one reads its
 * settings while this process loads what looks at them: both are needed, and take their time.
 */
export async function upDetached(context: Context, options: DetachOptions): Promise<Outcome> {
  const { names, restart } = options;
  const named = await parseNames(context, names);
  const running = await connectSupervisor(context);
  if (running) {
    const { takeUp } = await import('./take-up.ts');
    return takeUp(context, running, options);
  }
  refuseTooLong(placeOf(context), context.host.platform);
  await refuseUnknown(context, named);
  const launched = await launch(context, [...named.map(({ id }) => id), ...(restart ? [] : ['--no-restart'])]);
  const { startUp } = await import('./take-up.ts');
  return startUp(context, launched, options);
}
