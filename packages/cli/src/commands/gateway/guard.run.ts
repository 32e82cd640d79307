import type { Handler } from '../../command.ts';
import { guardGateway } from '../../jobs/supervise/guard.ts';

export const run: Handler = async (context, { port }) => ({
  exitCode: await guardGateway(context, port as string | undefined),
});
