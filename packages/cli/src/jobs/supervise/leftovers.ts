import type { Context } from '../../context.ts';
import { askToEndByCall } from '../ask-to-end.ts';
import { endProcess } from '../end-process.ts';
import { lastReports } from './last-state.ts';

/**
 * Ends what a supervisor that is gone left running, each verified by its stamp: all, or those with these ids. Gives the ids of
 * those that ended.
 */
export async function endLeftovers(context: Context, ids: readonly string[] | undefined): Promise<string[]> {
  const asked = (await lastReports(context)).filter(({ id }) => ids === undefined || ids.includes(id));
  const ended = await Promise.all(
    asked.map(async ({ id, pid, stamp }) => {
      if (pid === null || stamp === null) return undefined;
      const info = await context.host.processes.info(pid);
      if (info?.stamp !== stamp) return undefined;
      const tell = (line: string) => context.progress(line);
      return (await endProcess(context.host, { pid, stamp }, { tell, ask: () => askInstance(context, id) })) ? id : undefined;
    }),
  );
  return ended.filter((id) => id !== undefined);
}

async function askInstance(context: Context, id: string): Promise<boolean> {
  const [product = '', profile = ''] = id.split('/');
  const own = context.again({ product, profile });
  return askToEndByCall(own, await own.open({ live: true }));
}
