import type { GatewayConnection } from '@polygate/client';
import { isProblem } from '@polygate/core';
import { type OpenInstance, type TailPage, type TailQuery, tailLines } from '@polygate/host';
import type { Context } from '../context.ts';
import { callProblem, connectTo } from './rpc.ts';
import type { Target } from './target.ts';

/** Pages of a gateway's log: asked of the gateway, and read from its file while it is down. */
export interface LogSource {
  page(query: TailQuery): Promise<TailPage>;
  close(): void;
}

export function logSource(context: Context, opened: OpenInstance, target: Target, timeoutMs: number): LogSource {
  let connection: GatewayConnection | undefined;
  const ask = async (query: TailQuery) => {
    connection ??= await connectTo(context, target, timeoutMs);
    try {
      return (await connection.call('logs.tail', query, timeoutMs)) as TailPage;
    } catch (error) {
      connection.close();
      connection = undefined;
      throw callProblem(error, 'logs.tail', target.url);
    }
  };
  return {
    async page(query) {
      try {
        return await ask(query);
      } catch (error) {
        const down = isProblem(error, 'GATEWAY_NOT_RUNNING', 'GATEWAY_UNREACHABLE', 'GATEWAY_STARTING');
        const file = down && !target.explicit ? await newestLog(context, opened) : undefined;
        if (file === undefined) throw error;
        return tailLines(file, query);
      }
    },
    close: () => connection?.close(),
  };
}

/** Log files are named by the day, so the last name is the newest. */
async function newestLog({ host }: Context, { instance }: OpenInstance): Promise<string | undefined> {
  const directory = host.paths.join(instance.stateDir.value, 'logs');
  const names = (await host.files.list(directory)).filter((name) => /^gateway-\d{4}-\d{2}-\d{2}\.log$/.test(name)).sort();
  const newest = names.at(-1);
  return newest === undefined ? undefined : host.paths.join(directory, newest);
}
