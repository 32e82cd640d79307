import type { Handler } from '../command.ts';
import { withSupervisor } from '../jobs/supervise/ask.ts';
import { emitEvent } from '../jobs/supervise/say.ts';

export const run: Handler = (context) =>
  withSupervisor(context, async (connection) => {
    await connection.events((event) => emitEvent(context, event));
    await connection.closed;
    return {};
  });
