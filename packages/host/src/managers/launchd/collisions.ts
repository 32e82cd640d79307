import { Problem, type ServiceDefinition } from '@polygate/core';
import { readPlist } from '@polygate/core/launchd';
import type { Host } from '../../ports.ts';
import type { Inspection } from '../manager.ts';
import { builtinPlace } from '../places.ts';
import { namesIn } from './files.ts';
import type { Scope } from './scope.ts';

type Looked = Pick<Scope, 'jobDir' | 'otherJobDir'> & { inspect(name: string): Promise<Inspection> };

/**
 * Refuses a label that is somebody else's already: in the other scope, under Polygate's own supervisor, in a file of another
 * name, or in one whose name differs by the case of letters alone, which is the same file for a Mac and another label for launchd.
 */
export async function refuseCollision(host: Host, scope: Looked, name: string, wanted: ServiceDefinition): Promise<void> {
  const { files, paths, users } = host;
  const isThere = async (path: string) => (await files.stat(path).catch(() => undefined)) !== undefined;
  const builtin = builtinPlace(host).pathOf(name);
  if (await isThere(builtin)) throw new Problem('SERVICE_IN_OTHER_SCOPE', { name, path: builtin });

  const names = await namesIn(files, scope.jobDir);
  const folded = names.find((other) => other !== name && other.toLowerCase() === name.toLowerCase());
  if (folded !== undefined)
    throw new Problem('SERVICE_NAME_TAKEN', { name, path: paths.join(scope.jobDir, `${folded}.plist`), owner: folded });
  for (const other of names.filter((one) => one !== name)) {
    const { text, path } = await scope.inspect(other);
    const { dict } = text === undefined ? {} : readPlist(text);
    if (dict?.Label === name) throw new Problem('SERVICE_NAME_TAKEN', { name, path, owner: `the file ${other}.plist` });
  }

  const path = paths.join(scope.otherJobDir, `${name}.plist`);
  if (!(await isThere(path))) return;
  const { dict } = readPlist((await files.read(path).catch(() => undefined)) ?? '');
  const there = dict?.EnvironmentVariables as Record<string, string> | undefined;
  const key = Object.keys(wanted.environment).find((variable) => variable.endsWith('_STATE_DIR')) ?? '';
  const said = there?.[key];
  const owner = said !== undefined && said !== wanted.environment[key] ? { owner: said } : {};
  throw new Problem('SERVICE_IN_OTHER_SCOPE', { name, path, ...owner, ...(users.isOther ? { account: users.name } : {}) });
}
