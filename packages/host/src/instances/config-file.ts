import { type ConfigCheck, type Issue, isProblem, MAX_CONFIG_BYTES, Problem, parseConfig, whyTooLarge } from '@polygate/core';
import type { FileStat, Files } from '../ports.ts';

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
    const unfit = whyNotRead(await files.stat(path));
    if (unfit !== undefined)
      return { path, exists: true, text: undefined, parsed: undefined, syntax: { path: '', message: unfit } };
    const text = await files.read(path);
    if (text === undefined) return { path, exists: false, text, parsed: undefined };
    return { path, exists: true, text, ...(await parseConfig(text)) } as ConfigText;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { path, exists: true, text: undefined, parsed: undefined, unreadable: error };
  }
}

/** Looked at before it is opened: a pipe would be waited for, and what is too large would be held in memory. */
function whyNotRead(found: FileStat | undefined): string | undefined {
  if (found?.kind === 'other') return 'is not a regular file';
  return found?.kind === 'file' ? whyTooLarge(found.size, MAX_CONFIG_BYTES) : undefined;
}

/** Checks a config file that was read; problems come with line and column. */
export async function checkConfigText(read: ConfigText): Promise<ConfigFile> {
  const { exists, text, parsed, syntax, unreadable } = read;
  const broken = unreadable ? { path: '', message: `cannot be read: ${unreadable.message}` } : syntax;
  if (broken) return { ...read, config: undefined, errors: [broken], warnings: [], includes: [] };
  if (!exists || text === undefined) return { ...read, config: undefined, errors: [], warnings: [], includes: [] };
  const { checkConfig } = await import('@polygate/core/config');
  const { config, errors, warnings, includes } = checkConfig(parsed);
  if (errors.length + warnings.length === 0) return { ...read, config, errors, warnings, includes };
  const { locateIssues } = await import('@polygate/core/json5');
  const located = (issues: Issue[]) => locateIssues(text, issues);
  return { ...read, config, errors: located(errors), warnings: located(warnings), includes: located(includes) };
}

/**
 * @throws Problem: why the file cannot be read, or CONFIG_INVALID with everything that is wrong in it. A config that includes
 * another file is refused as well: what it says is not known, so it can neither be run by nor completed.
 */
export function refuseBrokenConfig({ path, errors, includes, unreadable }: ConfigFile): void {
  if (unreadable) throw unreadable;
  const issues = [...errors, ...includes];
  if (issues.length > 0) throw new Problem('CONFIG_INVALID', { file: path, issues });
}
