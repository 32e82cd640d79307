import { isProblem } from '@polygate/core';
import { type BrowserSettings, browserCandidates, browserProblem } from '@polygate/core/browser';
import type { Host } from '@polygate/host';
import { programsOnPath } from '@polygate/host/on-path';

export interface FoundBrowser {
  /** `custom`: the one that the config names. */
  kind: string;
  path: string;
}

/** The browser to start: the one of the config, else the first of the usual ones that is there. @throws Problem BROWSER_NOT_FOUND */
export async function findBrowser(
  host: Host,
  { executablePath }: Pick<BrowserSettings, 'executablePath'>,
): Promise<FoundBrowser> {
  if (executablePath !== undefined) {
    if (await isFile(host, executablePath)) return { kind: 'custom', path: executablePath };
    throw browserProblem('BROWSER_NOT_FOUND', { looked: [executablePath], configured: executablePath });
  }
  const candidates = browserCandidates(host.platform, host.env);
  for (const { kind, program } of candidates) {
    const [path] = host.paths.isAbsolute(program)
      ? (await isFile(host, program))
        ? [program]
        : []
      : await programsOnPath(host, program);
    if (path !== undefined) return { kind, path };
  }
  throw browserProblem('BROWSER_NOT_FOUND', { looked: candidates.map(({ program }) => program) });
}

async function isFile({ files }: Host, path: string): Promise<boolean> {
  const found = await files.stat(path).catch((error: unknown) => {
    if (isProblem(error)) return undefined;
    throw error;
  });
  return found?.kind === 'file';
}
