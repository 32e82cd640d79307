import { isProblem, type ServiceDefinition } from '@polygate/core';
import { type PlistDict, readJob, readPlist, unwrapped } from '@polygate/core/launchd';
import { parseEnvFile } from '@polygate/core/service';
import type { Files, Host } from '../../ports.ts';
import type { Inspection } from '../manager.ts';

const ENDING = '.plist';

/** Labels of every job in a directory, whoever wrote it. */
export async function namesIn(files: Files, directory: string): Promise<string[]> {
  return (await files.list(directory)).flatMap((file) => (file.endsWith(ENDING) ? [file.slice(0, -ENDING.length)] : []));
}

/** A job as it lies on disk. One that cannot be read is told apart from one that is not there. */
export async function inspectJob({ files }: Pick<Host, 'files'>, path: string): Promise<Inspection> {
  try {
    const text = await files.read(path);
    const mode = text === undefined ? undefined : (await files.stat(path))?.mode;
    const { dict } = text === undefined ? {} : readPlist(text);
    return { path, text, mode, definition: dict && (await definitionIn(files, dict)), overrides: [] };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { path, text: undefined, mode: undefined, definition: undefined, unreadable: error, overrides: [] };
  }
}

/** What a job runs; where a script of its installer stands before it, with the variables that this reads. */
async function definitionIn(files: Files, job: PlistDict): Promise<ServiceDefinition | undefined> {
  const wrapped = unwrapped(job);
  if (!wrapped) return readJob(job);
  const { definition, variables } = wrapped;
  const told = parseEnvFile((await files.read(variables).catch(() => undefined)) ?? '');
  return { ...definition, environment: { ...definition.environment, ...told } };
}
