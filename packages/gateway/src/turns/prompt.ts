import { pick, textAt } from '@polygate/core';
import type { GatewayOptions } from '../options.ts';
import type { Said } from './provider.ts';

/** Files of a workspace that tell an agent who it is and what to mind, in the order in which it reads them. */
const TOLD = ['AGENTS.md', 'SOUL.md', 'IDENTITY.md', 'USER.md', 'TOOLS.md'];
/** Characters that are read of each, a figure of the family. */
const MOST_CHARS = 20_000;

/** What an agent is told before anything is said: the files of its workspace, and what the request adds. */
export async function systemOf(
  { readWorkspace }: GatewayOptions,
  config: unknown,
  agentId: string,
  more: string | undefined,
): Promise<Said[]> {
  const list = pick(config, 'agents.list');
  const own = Array.isArray(list) ? list.find((agent) => textAt(agent, 'id') === agentId) : undefined;
  const directory = textAt(own, 'workspace');
  const files = await Promise.all(
    TOLD.map(async (name) => {
      const text = await readWorkspace(directory, name);
      return text === undefined || text.trim() === '' ? [] : [`# ${name}\n\n${text.trim().slice(0, MOST_CHARS)}`];
    }),
  );
  const parts = [...files.flat(), ...(more === undefined || more.trim() === '' ? [] : [more.trim()])];
  return parts.length === 0 ? [] : [{ role: 'system', text: parts.join('\n\n') }];
}
