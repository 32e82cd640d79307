import { supervisorProblem } from '@polygate/core/supervisor-problem';
import type { Host } from '@polygate/host';

/** Where the supervisor of an account keeps what others find it by. */
export interface SupervisorPlace {
  /** Mode 0700. */
  folder: string;
  /** Control socket (0600); on Windows the name of a pipe. */
  socket: string;
  /** Written whole by rename, also readable when no supervisor runs. */
  stateFile: string;
  /** Output of a detached one. */
  logFile: string;
  /** Held by the one that supervises (Locks.hold). */
  lock: string;
}

/** Bytes of a path that a unix socket can have: sun_path of unix(7), and of sys/un.h on macOS and the BSDs, less the final NUL. */
const SUN_PATH_BYTES: Partial<Record<NodeJS.Platform, number>> = { linux: 107 };
const SUN_PATH_BYTES_BSD = 103;

export function supervisorPlace({ paths, platform }: Pick<Host, 'paths' | 'platform'>, stateFolder: string): SupervisorPlace {
  const folder = paths.join(stateFolder, 'supervisor');
  return {
    folder,
    socket: platform === 'win32' ? pipeName(folder) : paths.join(folder, 'control.sock'),
    stateFile: paths.join(folder, 'state.json'),
    logFile: paths.join(folder, 'supervisor.log'),
    lock: paths.join(folder, 'supervisor'),
  };
}

/** By how many bytes at most a socket path can be had here; undefined when this one can. */
export function socketLimit(platform: NodeJS.Platform, socket: string): number | undefined {
  const limit = SUN_PATH_BYTES[platform] ?? SUN_PATH_BYTES_BSD;
  return platform === 'win32' || Buffer.byteLength(socket) <= limit ? undefined : limit;
}

/** @throws Problem SOCKET_PATH_TOO_LONG */
export function refuseTooLong({ socket }: SupervisorPlace, platform: NodeJS.Platform): void {
  const limit = socketLimit(platform, socket);
  if (limit !== undefined)
    throw supervisorProblem('SOCKET_PATH_TOO_LONG', { path: socket, bytes: Buffer.byteLength(socket), limit });
}

/** Pipes have one space of names on the whole machine: the folder, which is the account's own, makes it one of its own. */
function pipeName(folder: string): string {
  return `\\\\.\\pipe\\polygate-${fnv1a64(folder.toLowerCase())}`;
}

/** A hash of 64 bits that costs no module: FNV-1a. Nobody's secret depends on it. */
function fnv1a64(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
