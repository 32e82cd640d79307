import { type LogonTarget, parseTask } from '@polygate/core/windows-services';
import type { Host } from '../../ports.ts';

/**
 * The batch files that a service of others may be: what its task runs, or what lies in the Startup folder under its name. A
 * script for wscript stands for the batch file beside it, which it runs without a window (installers of the family).
 */
export async function scriptOf(
  { paths, files, env }: Pick<Host, 'paths' | 'files' | 'env'>,
  { startup }: LogonTarget,
  registered: string | undefined,
): Promise<string[]> {
  const action = registered === undefined ? undefined : parseTask(registered)?.actions[0];
  const said = action ? scriptIn(`${action.command} ${action.arguments}`) : undefined;
  const hidden = startup.replace(/\.cmd$/i, '.vbs');
  const inStartup = (await files.stat(hidden).catch(() => undefined)) ? [scriptIn((await files.read(hidden)) ?? '')] : [];
  return [said, ...inStartup, startup]
    .flatMap((path) => (path === undefined ? [] : [expand(path, env)]))
    .map((path) => path.replace(/\.vbs$/i, '.cmd'))
    .filter((path) => paths.isAbsolute(path));
}

/** The last batch file or script that a command line names. */
const scriptIn = (line: string): string | undefined =>
  [...line.matchAll(/"([^"]+\.(?:cmd|bat|vbs))"|([^\s"]+\.(?:cmd|bat|vbs))\b/gi)]
    .map(([, quoted, plain]) => quoted ?? plain)
    .at(-1);

/** Windows names its variables in any case. */
const expand = (path: string, env: Host['env']) =>
  path.replace(/%([^%]+)%/g, (all, name: string) => {
    const key = Object.keys(env).find((one) => one.toLowerCase() === name.toLowerCase());
    return (key === undefined ? undefined : env[key]) ?? all;
  });
