import { readFile } from 'node:fs/promises';
import { type ListeningSocket, parseLsof, parseProcNetTcp } from '@polygate/core';
import type { Listener, Net, Processes, Users } from '../ports.ts';
import { listProc, readProc, readProcLink } from './procfs.ts';

/** Range of Linux when it cannot be read, and of macOS (which starts higher); the wider one is the safer one. */
const USUAL_EPHEMERAL = { first: 32_768, last: 65_535 };

export function nodeNet(processes: Processes, users: Users): Net {
  return {
    listeners: (port, likely = []) =>
      process.platform === 'linux' ? linuxListeners(port, likely) : lsofListeners(processes, port),

    async listeningPorts() {
      if (process.platform === 'linux') return new Set((await sockets()).map((s) => s.port));
      const { stdout } = await processes.query(['lsof', '-nP', '-iTCP', '-sTCP:LISTEN', '-FpcLn']);
      return new Set(parseLsof(stdout).map((l) => l.port));
    },

    async isFree(port) {
      const { default: getPort, clearLockedPorts } = await import('get-port');
      // What was free a moment ago would count as taken: get-port (7) keeps every port that it gave out for 15 s or more.
      clearLockedPorts();
      // get-port answers with a random other port when this one is busy: compare, never trust.
      return (await getPort({ port })) === port;
    },

    async ephemeralRange() {
      const text = readProc('sys/net/ipv4/ip_local_port_range') ?? '';
      const [first, last] = text.trim().split(/\s+/).map(Number);
      return first && last ? { first, last } : USUAL_EPHEMERAL;
    },
  };

  async function linuxListeners(port: number, likely: readonly number[]): Promise<Listener[]> {
    const found = (await sockets()).filter((s) => s.port === port);
    if (found.length === 0) return [];
    const wanted = new Set(found.map((s) => `socket:[${s.inode}]`));
    const owners = ownersOf(wanted, likely);
    return Promise.all(
      dedupe(found).map(async ({ address, inode, uid }) => {
        const pid = owners.get(`socket:[${inode}]`);
        const info = pid === undefined ? undefined : await processes.info(pid);
        return {
          port,
          address,
          ...(pid === undefined ? {} : { pid }),
          ...(info ? { command: info.command } : {}),
          user: await users.nameOf(uid),
        };
      }),
    );
  }
}

/** These two, the kernel walks all its connections for, which takes milliseconds: in the background, both at once. */
async function sockets(): Promise<ListeningSocket[]> {
  const texts = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.flatMap(parseProcNetTcp);
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

/** Where /proc cannot tell. undefined without lsof, which exits with 1 when it finds nothing. */
async function lsofListeners(processes: Processes, port: number): Promise<Listener[] | undefined> {
  const { code, stdout, failure } = await processes.query(['lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-FpcLn']);
  if (failure !== undefined || (code !== 0 && code !== 1)) return undefined;
  return parseLsof(stdout).filter((l) => l.port === port);
}
