import { type ConfigCheck, type Issue, isProblem, Problem, parseConfig } from '@polygate/core';
import type { Files } from '../ports.ts';

/** A config file as read: enough to resolve an instance by. */
export interface ConfigText {
  path: string;
  exists: boolean;
  text: string | undefined;
  /** The content, of any shape; undefined when there is none. */
  parsed: unknown;
  /** Why it has no content, though it exists. */
  syntax?: Issue;
  /** Why it could not be read at all. */
  unreadable?: Problem;
}

/** A config file with everything that is to be said about it. */
export interface ConfigFile extends ConfigText, ConfigCheck {}

/** Reads a config file. One that cannot be read is told apart from one that is not there: status must be able to say so. */
export async function readConfigText(files: Files, path: string): Promise<ConfigText> {
  try {
    const text = await files.read(path);
    if (text === undefined) return { path, exists: false, text, parsed: undefined };
    return { path, exists: true, text, ...(await parseConfig(text)) } as ConfigText;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { path, exists: true, text: undefined, parsed: undefined, unreadable: error };
  }
}

/** Checks a config file that was read; problems come with line and column. */
export async function checkConfigText(read: ConfigText): Promise<ConfigFile> {
  const { exists, text, parsed, syntax, unreadable } = read;
  const broken = unreadable ? { path: '', message: `cannot be read: ${unreadable.message}` } : syntax;
  if (broken) return { ...read, config: undefined, errors: [broken], warnings: [] };
  if (!exists || text === undefined) return { ...read, config: undefined, errors: [], warnings: [] };
  const { checkConfig } = await import('@polygate/core/config');
  const { config, errors, warnings } = checkConfig(parsed);
  if (errors.length + warnings.length === 0) return { ...read, config, errors, warnings };
  const { locateIssues } = await import('@polygate/core/json5');
  return { ...read, config, errors: locateIssues(text, errors), warnings: locateIssues(text, warnings) };
}

/** @throws Problem: why the file cannot be read, or CONFIG_INVALID with everything that is wrong in it. */
export function refuseBrokenConfig({ path, errors, unreadable }: ConfigFile): void {
  if (unreadable) throw unreadable;
  if (errors.length > 0) throw new Problem('CONFIG_INVALID', { file: path, issues: errors });
}
