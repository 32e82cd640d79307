import { Problem, type SupervisorSettings } from '@polygate/core';
import { supervisorSettingsIssues } from '@polygate/core/supervise';
import { polygateFolders, readJsonFile } from '@polygate/host';
import type { Context } from '../../context.ts';

/**
 * `supervisor.json` in the config folder; undefined when there is none.
 * @throws Problem SETTINGS_INVALID with everything that is wrong, FILE_CORRUPT, FILE_FROM_FUTURE
 */
export async function readSupervisorSettings(context: Context): Promise<SupervisorSettings | undefined> {
  const { host } = context;
  const file = host.paths.join(polygateFolders(host).config, 'supervisor.json');
  const kind = { what: 'the settings of the supervisor', version: 1, validator: () => () => true };
  const settings = await readJsonFile<SupervisorSettings>(host.files, file, kind);
  const issues = settings === undefined ? [] : supervisorSettingsIssues(settings);
  if (issues.length > 0) throw new Problem('SETTINGS_INVALID', { file, issues });
  return settings;
}
