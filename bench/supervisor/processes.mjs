import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** In the environment of everything a session starts: by it the harness tells what is its own. */
export const MARKER = 'BENCH_RUN';

/** Runs a command to its end: wall time to its exit, and what it printed. Never rejects: code -1 when it cannot be started. */
export function run(argv, { env, cwd, limit = 120_000 } = {}) {
  return new Promise((resolve) => {
    const began = performance.now();
    const child = spawn(argv[0], argv.slice(1), { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), limit);
    child.once('error', (error) => resolve({ code: -1, ms: Number.NaN, stdout, stderr: String(error) }));
    // `exit`, not `close`: a command that leaves a daemon behind leaves its pipes open as well.
    child.once('exit', (code) => {
      const ms = performance.now() - began;
      clearTimeout(timer);
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code, ms, stdout, stderr });
      }, 15);
    });
  });
}

const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

export const commandLine = (pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();

export function isAlive(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
}

/** Every live process with this marker in its environment. */
export function marked(value, name = MARKER) {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter(
      (pid) => pid !== process.pid && isAlive(pid) && read(`/proc/${pid}/environ`).split('\0').includes(`${name}=${value}`),
    );
}

/** Resident and private memory of processes together, in MiB. RSS counts the shared parts of each again. */
export function memory(pids) {
  let [rss, own] = [0, 0];
  for (const pid of pids) {
    const text = read(`/proc/${pid}/smaps_rollup`);
    const kib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    rss += kib('Rss');
    own += kib('Private_Clean') + kib('Private_Dirty');
  }
  return { processes: pids.length, rss: rss / 1024, private: own / 1024 };
}

/** CPU time of every thread of the processes so far, in ms. */
export function cpuMs(pids) {
  let ns = 0;
  for (const pid of pids) {
    for (const thread of threads(pid)) ns += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0] || 0);
  }
  return ns / 1e6;
}

function threads(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Signals a process that may have gone meanwhile. */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Ends every process with the marker, one by one by its pid. */
export async function endMarked(value) {
  for (let round = 0; round < 20; round += 1) {
    const left = marked(value);
    if (left.length === 0) return;
    for (const pid of left) signal(pid, round < 2 ? 'SIGTERM' : 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`processes ${marked(value).join(', ')} would not end`);
}
