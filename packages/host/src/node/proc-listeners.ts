import { readFile } from 'node:fs/promises';
import { type ListeningSocket, parseProcNetTcp } from '@polygate/core/listeners';
import type { Listener, Processes, Users } from '../ports.ts';
import type { ListenerSource } from './listeners.ts';
import { listProc, readProcLink } from './procfs.ts';

/** What /proc tells on Linux: no program is needed, and sockets of other accounts still have their user. */
export function procSource(processes: Processes, users: Users): ListenerSource {
  return {
    async listeners(ports, likely): Promise<Listener[] | undefined> {
      const all = await sockets();
      if (!all) return undefined;
      const found = dedupe(all.filter(({ port }) => ports.has(port)));
      if (found.length === 0) return [];
      const owners = ownersOf(new Set(found.map(({ inode }) => `socket:[${inode}]`)), likely);
      const pids = [...new Set(owners.values())];
      const infos = new Map(await Promise.all(pids.map(async (pid) => [pid, await processes.info(pid)] as const)));
      return Promise.all(
        found.map(async ({ port, address, inode, uid }) => {
          const pid = owners.get(`socket:[${inode}]`);
          const info = pid === undefined ? undefined : infos.get(pid);
          return {
            port,
            address,
            ...(pid === undefined ? {} : { pid }),
            ...(info ? { command: info.command } : {}),
            user: await users.nameOf(uid),
          };
        }),
      );
    },
    ports: async () => (await sockets())?.map(({ port }) => port),
  };
}

/**
 * The kernel walks all its connections for these two, which takes milliseconds: in the background, both at once. undefined when
 * neither may be read, as in some sandboxes.
 */
async function sockets(): Promise<ListeningSocket[] | undefined> {
  const texts = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => undefined)),
  );
  return texts.every((text) => text === undefined) ? undefined : texts.flatMap((text) => parseProcNetTcp(text ?? ''));
}

const dedupe = (list: ListeningSocket[]) => [...new Map(list.map((s) => [s.inode, s])).values()];

/** Which process holds which socket. The likely ones first: most of the time the answer is there, and the rest is not read. */
function ownersOf(wanted: ReadonlySet<string>, likely: readonly number[]): Map<string, number> {
  const owners = new Map<string, number>();
  const others = function* () {
    for (const entry of listProc('')) if (/^\d+$/.test(entry) && !likely.includes(Number(entry))) yield Number(entry);
  };
  for (const pids of [likely, others()]) {
    for (const pid of pids) {
      for (const fd of listProc(`${pid}/fd`)) {
        const target = readProcLink(`${pid}/fd/${fd}`);
        if (target !== undefined && wanted.has(target)) owners.set(target, pid);
      }
      if (owners.size === wanted.size) return owners;
    }
  }
  return owners;
}
