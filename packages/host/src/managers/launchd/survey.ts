import { auditJob } from '@polygate/core/launchd';
import type { Host } from '../../ports.ts';
import type { SurveyedDefinition } from '../survey.ts';
import { inspectJob, namesIn } from './files.ts';

/** Where jobs lie that are everybody's: of the Mac itself, and for each login of whomever. */
const SYSTEM_JOB_DIRS = ['/Library/LaunchDaemons', '/Library/LaunchAgents'];

/** Every job that is defined for the whole Mac. What may not be read is left out. */
export async function systemJobs(host: Host): Promise<SurveyedDefinition[]> {
  const found = await Promise.all(
    SYSTEM_JOB_DIRS.map(async (directory) =>
      Promise.all(
        (await namesIn(host.files, directory)).map(async (name): Promise<SurveyedDefinition[]> => {
          const { path, text, mode = 0o600, definition } = await inspectJob(host, host.paths.join(directory, `${name}.plist`));
          if (text === undefined || !definition) return [];
          return [{ name, path, text, mode, definition, audit: () => auditJob({ text, mode, label: name }) }];
        }),
      ),
    ),
  );
  return found.flat(2);
}
