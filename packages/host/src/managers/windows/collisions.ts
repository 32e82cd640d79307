import { Problem, type ServiceDefinition } from '@polygate/core';
import { readServiceLauncher, readWinsw } from '@polygate/core/windows-services';
import type { Host } from '../../ports.ts';

/**
 * Refuses a name that another manager has a service of, in one of these files: both would run a gateway, and one of them on a port
 * that is taken. @throws Problem SERVICE_IN_OTHER_SCOPE, with the state directory where that is another one
 */
export async function refuseCollision(
  { files }: Pick<Host, 'files'>,
  name: string,
  wanted: ServiceDefinition,
  elsewhere: readonly string[],
): Promise<void> {
  for (const path of elsewhere) {
    if (!(await files.stat(path).catch(() => undefined))) continue;
    const text = (await files.read(path).catch(() => undefined)) ?? '';
    const there = path.endsWith('.xml') ? readWinsw(text) : path.endsWith('.cmd') ? readServiceLauncher(text) : undefined;
    const key = Object.keys(wanted.environment).find((variable) => variable.endsWith('_STATE_DIR')) ?? '';
    const said = there?.environment[key];
    const owner = said !== undefined && said !== wanted.environment[key] ? { owner: said } : {};
    throw new Problem('SERVICE_IN_OTHER_SCOPE', { name, path, ...owner });
  }
}
