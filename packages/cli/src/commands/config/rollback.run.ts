import type { Handler } from '../../command.ts';
import { listGood, rollBack } from '../../jobs/config/rollback.ts';

export const run: Handler = (context, options, [number]) => (options.list ? listGood(context) : rollBack(context, number));
