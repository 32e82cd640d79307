import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { Launch } from '@polygate/core';
import { accountHome } from '@polygate/host';
import type { Context } from '../context.ts';

/** How a service shall start this very installation: paths that upgrades keep, and none that a version manager removes. */
export function launchOf({ host, version }: Pick<Context, 'host' | 'version'>): Launch {
  if (host.elsewhere?.installed) {
    return { ...host.elsewhere.installed, version, polygateHome: undefined, home: accountHome(host), platform: host.platform };
  }
  return {
    platform: host.platform,
    node: stableNode(host.env.PATH),
    entry: path.resolve(process.argv[1] ?? ''),
    version,
    polygateHome: host.env.POLYGATE_HOME?.trim() || undefined,
    home: accountHome(host),
  };
}

/**
 * process.execPath has its symlinks resolved (/opt/node-20.20.2/bin/node); the name on PATH that leads there survives the
 * next upgrade. System directories come first: a shell's PATH may hold a version manager's shims.
 */
function stableNode(searchPath: string | undefined): string {
  const real = realpathSync(process.execPath);
  const directories = ['/usr/local/bin', '/usr/bin', '/opt/homebrew/bin', ...(searchPath ?? '').split(path.delimiter)];
  for (const directory of directories) {
    const candidate = path.join(directory, path.basename(process.execPath));
    if (path.isAbsolute(candidate) && leadsTo(candidate, real)) return candidate;
  }
  return process.execPath;
}

function leadsTo(candidate: string, real: string): boolean {
  try {
    return realpathSync(candidate) === real;
  } catch {
    return false;
  }
}
