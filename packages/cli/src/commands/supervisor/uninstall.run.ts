import type { Handler } from '../../command.ts';
import { uninstallSupervisor } from '../../jobs/supervise/own-service.ts';

export const run: Handler = (context, { system, userName }) =>
  uninstallSupervisor(context, { system: system === true, userName: userName as string | undefined });
