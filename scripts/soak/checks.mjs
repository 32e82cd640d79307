import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';

/** How much more a supervisor that went through it all may hold than one that just began. */
const MORE_FDS = 8;
const MORE_MEMORY = 1.5;

/** Open files and resident MiB of a process. */
export async function usageOf(pid) {
  const [files, status] = await Promise.all([readdir(`/proc/${pid}/fd`), readFile(`/proc/${pid}/status`, 'utf8')]);
  return { fds: files.length, rss: Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]) / 1024 };
}

/** Every instance has one process, the one that `ps` tells. Gives what is wrong, one line each. */
export async function copies({ instances, ps }, children) {
  const [{ instances: rows }, seen] = [await ps(), children()];
  const told = new Map(rows.map(({ id, pid }) => [id, pid]));
  return instances.flatMap(({ id }) => {
    const pids = seen.get(id) ?? [];
    return pids.length === 1 && pids[0] === told.get(id)
      ? []
      : [`${id}: processes ${pids.join(', ') || 'none'}, ps says ${told.get(id)}`];
  });
}

export function grown(before, after) {
  return [
    ...(after.fds > before.fds + MORE_FDS ? [`${after.fds} open files, a new supervisor has ${before.fds}`] : []),
    ...(after.rss > before.rss * MORE_MEMORY
      ? [`${after.rss.toFixed(0)} MiB, a new supervisor has ${before.rss.toFixed(0)}`]
      : []),
  ];
}

/** After `down`: nobody with the mark lives, no port is taken, nothing half-written lies about. */
export async function leftBehind({ home, instances, supervisorFolder }, processes) {
  const left = processes().map(({ id, pid }) => `process ${pid} of ${id}`);
  const taken = await Promise.all(instances.map(async ({ port }) => ((await answers(port)) ? [`port ${port}`] : [])));
  const files = (await readdir(home, { recursive: true, withFileTypes: true }))
    .filter((entry) => /\.(tmp|lock|sock)$|\.tmp[.-]/.test(entry.name))
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`);
  const others = (await readdir(supervisorFolder)).filter((name) => !/^(state\.json|supervisor\.log(\.\d+)?)$/.test(name));
  return [...left, ...taken.flat(), ...files, ...others.map((name) => `${supervisorFolder}/${name}`)];
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
