import { logPathOf } from '@polygate/core';
import type { Host } from '@polygate/host';
import type { Findings } from './facts.ts';

const TAIL_BYTES = 64 * 1024;
const JOURNAL_LINES = 20;
const SAYS_ERROR = /error|refus|cannot|failed|fatal|denied|in use|exception/i;

/** The last line in which the gateway said what is wrong: from its log file, else from what it printed. Bounded reads only. */
export async function lastError(host: Host, { opened, service }: Findings): Promise<string | undefined> {
  const stateDir = opened.instance.stateDir.value;
  const log = await host.files.tail(logPathOf(stateDir, host.paths.join, host.clock.now()), TAIL_BYTES).catch(() => '');
  const printed = service ? await service.manager.recentOutput(service.name, JOURNAL_LINES).catch(() => []) : [];
  // What the manager caught is newer than the log when the gateway could not even open its log.
  const said = printed.findLast((line) => SAYS_ERROR.test(line));
  // The command's own way to say it; whoever shows this line says that it is an error.
  return said?.replace(/^error: /, '') ?? fromLog(log);
}

function fromLog(text: string): string | undefined {
  const line = text.split('\n').findLast((l) => /"level":"(error|fatal)"/.test(l));
  if (line === undefined) return undefined;
  try {
    const { time, msg } = JSON.parse(line) as { time?: string; msg?: string };
    return [time, msg].filter(Boolean).join(' ');
  } catch {
    return line;
  }
}
