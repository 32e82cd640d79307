import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';

/** Runs a command once: wall time in ms and the largest resident size of its process in MiB (Linux; else undefined). */
export function runOnce(argv, env) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(argv[0], argv.slice(1), { env, stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => resolve({ ms: performance.now() - began, code }));
  });
}

/** Interleaved rounds of several commands, so that a drift of the machine meets them all. Medians and minima of the counted ones. */
export async function interleave(commands, { rounds = 15, warmUp = 2 } = {}) {
  const samples = new Map(commands.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds + warmUp; round += 1) {
    for (const { name, argv, env, exit = [0] } of commands) {
      const { ms, code } = await runOnce(argv, env);
      if (!exit.includes(code)) throw new Error(`${name} ended with ${code}`);
      if (round >= warmUp) samples.get(name).push(ms);
    }
  }
  return new Map([...samples].map(([name, list]) => [name, { median: median(list), min: Math.min(...list), samples: list }]));
}

export function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Peak resident size of a command in MiB, as the kernel counts it for the finished process. */
export async function peakMiB(argv, env) {
  const hook = "process.on('exit', () => require('fs').writeSync(3, String(process.resourceUsage().maxRSS)))";
  return new Promise((resolve, reject) => {
    const file = `data:text/javascript,import{createRequire as c}from'node:module';const require=c('/');${encodeURIComponent(hook)}`;
    const child = spawn(argv[0], ['--import', file, ...argv.slice(1)], { env, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stdio[3].on('data', (chunk) => (text += chunk));
    child.once('error', reject);
    child.once('close', () => resolve(Number(text) / 1024));
  });
}

export function machine() {
  const load = process.platform === 'linux' ? readFileSync('/proc/loadavg', 'utf8').split(' ')[0] : loadavg()[0].toFixed(2);
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? arch()}, Node ${process.version}, load ${load}`;
}

export const ms = (value) => value.toFixed(1).padStart(7);
