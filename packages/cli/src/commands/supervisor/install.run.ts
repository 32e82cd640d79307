import type { Handler } from '../../command.ts';
import { installSupervisor } from '../../jobs/supervise/own-service.ts';

export const run: Handler = (context, { system, userName, force }) =>
  installSupervisor(context, { system: system === true, userName: userName as string | undefined, force: force === true });
