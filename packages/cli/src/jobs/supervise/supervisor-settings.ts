import type { SupervisorSettings } from '@polygate/core';
import { validateSupervisorSettings } from '@polygate/core/supervise';
import { readJsonFile } from '@polygate/host';
import type { Context } from '../../context.ts';

/** `supervisor.json` in the config folder; undefined when there is none. @throws Problem FILE_CORRUPT, FILE_FROM_FUTURE */
export async function readSupervisorSettings(context: Context): Promise<SupervisorSettings | undefined> {
  const { host } = context;
  const file = host.paths.join((await context.world()).folders.config, 'supervisor.json');
  return readJsonFile(host.files, file, {
    what: 'the settings of the supervisor',
    version: 1,
    validate: validateSupervisorSettings,
  });
}
